//! The crates `http` and `http-body`: headers, answers, and a body that is read within its limit.

#[cfg(any(feature = "axum", feature = "tower"))]
pub(crate) use self::body::Collect;

use http::{
    HeaderMap, HeaderValue, Response, StatusCode,
    header::{CONTENT_TYPE, RETRY_AFTER},
};

use crate::{Headers, Rejection};

impl Headers for HeaderMap {
    #[inline]
    fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.get_all(name).iter().map(HeaderValue::as_bytes)
    }
}

/// What the client is answered: the status, the text, and `Retry-After` where there is one.
impl<B: From<&'static str>> From<Rejection> for Response<B> {
    fn from(rejection: Rejection) -> Self {
        let mut response = Self::new(rejection.text().into());
        *response.status_mut() =
            StatusCode::from_u16(rejection.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        let plain = HeaderValue::from_static("text/plain; charset=utf-8");
        headers.insert(CONTENT_TYPE, plain);
        if let Some(after) = rejection.retry_after() {
            headers.insert(RETRY_AFTER, after.as_secs().into());
        }
        response
    }
}

#[cfg(any(feature = "axum", feature = "tower"))]
mod body {
    use alloc::boxed::Box;
    use core::{
        error::Error,
        pin::Pin,
        task::{Context, Poll, ready},
    };

    use bytes::Bytes;
    use http_body::Body;
    use http_body_util::LengthLimitError;
    use pin_project_lite::pin_project;

    use crate::{Rejection, buffer::Buffer};

    pin_project! {
        /// Reads a body to its end. Trailers are passed over.
        pub(crate) struct Collect<B> {
            #[pin]
            body: B,
            buffer: Buffer,
        }
    }

    impl<B> Collect<B> {
        pub(crate) fn new(body: B, limit: usize) -> Self {
            Self {
                body,
                buffer: Buffer::new(limit),
            }
        }

        /// [`Buffer::announce`], of a body that does not say itself how much is to come.
        #[cfg(feature = "axum")]
        pub(crate) fn announce(self, announced: u64) -> Result<Self, Rejection> {
            self.buffer.announce(announced)?;
            Ok(self)
        }
    }

    impl<B> Future for Collect<B>
    where
        B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
    {
        type Output = Result<Bytes, Rejection>;

        fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
            let mut this = self.project();
            loop {
                this.buffer.announce(this.body.size_hint().lower())?;
                let Some(frame) = ready!(this.body.as_mut().poll_frame(context)) else {
                    return Poll::Ready(Ok(this.buffer.take()));
                };
                let frame = frame.map_err(|error| unread(&*error.into()))?;
                if let Ok(data) = frame.into_data() {
                    this.buffer.push(data)?;
                }
            }
        }
    }

    /// A layer in front may have a limit of its own.
    fn unread(error: &(dyn Error + Send + Sync + 'static)) -> Rejection {
        let mut cause: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(error) = cause {
            if error.is::<LengthLimitError>() {
                return Rejection::BodyTooLarge;
            }
            cause = error.source();
        }
        Rejection::UnreadableBody
    }
}
