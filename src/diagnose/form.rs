//! What a key would be if the text of the secret were read otherwise. Made together with the key, as keyed states of the
//! HMAC, so that nobody has to keep the text.

use alloc::{sync::Arc, vec, vec::Vec};

use base64ct::{Base64, Base64Unpadded, Base64Url, Base64UrlUnpadded, Encoding};
use zeroize::Zeroizing;

use super::body;
use crate::{keys::OtherKey, mac::Key};

/// How the provider's key comes of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Decoded,
    NotDecoded,
    DecodedTwice,
    HexDecoded,
    WithoutPrefix,
    WithPrefix,
    Encoded,
    WithLineBreak,
    WithoutLineBreak,
    WithSpace,
    Quoted,
    Unquoted,
    WithoutSpaces,
    LowerCase,
    UpperCase,
    WithoutName,
    Once,
    Unescaped,
}

impl Form {
    /// Whether it is a matter of decoding, and not of copying.
    pub(super) const fn is_encoding(self) -> bool {
        matches!(
            self,
            Self::Decoded
                | Self::NotDecoded
                | Self::DecodedTwice
                | Self::HexDecoded
                | Self::WithoutPrefix
                | Self::WithPrefix
                | Self::Encoded
        )
    }

    pub(super) const fn detail(self) -> &'static str {
        match self {
            Self::Decoded => "the provider decodes its base64: `StandardSecret`",
            Self::NotDecoded => "the provider takes the text as it is: `Secret`",
            Self::DecodedTwice => "what it decodes to is base64 again, which the provider decodes",
            Self::HexDecoded => "the provider decodes its hex",
            Self::WithoutPrefix => "the provider leaves out the prefix and decodes nothing",
            Self::WithPrefix => "the prefix `whsec_` belongs to it",
            Self::Encoded => "ours was decoded, and the provider's is the base64 or hex of it",
            Self::WithLineBreak => "the provider's ends with a line break",
            Self::WithoutLineBreak => {
                "what it decodes to ends with white space, which the provider's does not"
            }
            Self::WithSpace => "the provider's has a space at an end",
            Self::Quoted => "the provider's is in quotation marks",
            Self::Unquoted => "ours has punctuation at an end that was copied with it",
            Self::WithoutSpaces => "ours has white space within",
            Self::LowerCase => "the provider's is in lower case",
            Self::UpperCase => "the provider's is in upper case",
            Self::WithoutName => {
                "ours begins with the name of a variable or a word such as `Bearer`"
            }
            Self::Once => "ours is the provider's twice",
            Self::Unescaped => "ours has escapes in it, such as `%2B` or `$$`",
        }
    }
}

/// Those of a secret whose text is the key.
pub(crate) fn of_text(text: &[u8]) -> Vec<OtherKey> {
    let mut forms = Forms::of(text);
    let bare = text.strip_prefix(b"v1,").unwrap_or(text);
    let bare = bare.strip_prefix(b"whsec_").unwrap_or(bare);
    forms.add(
        Form::Decoded,
        decoded(bare).as_ref().map(|it| it.as_slice()),
    );
    if let Some(inner) = decoded(bare) {
        forms.add(Form::WithoutLineBreak, Some(inner.trim_ascii()));
        forms.add(
            Form::DecodedTwice,
            decoded(&inner).as_ref().map(|it| it.as_slice()),
        );
    }
    forms.add(Form::WithoutPrefix, Some(bare));
    forms.add(
        Form::HexDecoded,
        from_hex(bare).as_ref().map(|it| it.as_slice()),
    );
    forms.join(Form::WithPrefix, &[b"whsec_", text]);
    forms.add_damaged(text);
    forms.all
}

/// Those of a secret that was decoded: what it was decoded from can be told, but for whether `whsec_` stood before it.
pub(crate) fn of_decoded(key: &[u8]) -> Vec<OtherKey> {
    let mut forms = Forms::of(key);
    let text = encoded(key);
    forms.join(Form::NotDecoded, &[b"whsec_", &text]);
    forms.add(Form::NotDecoded, Some(&text));
    let mut unpadded = text.clone();
    unpadded.retain(|byte| *byte != b'=');
    forms.add(Form::NotDecoded, Some(&unpadded));
    forms.add(
        Form::DecodedTwice,
        decoded(key).as_ref().map(|it| it.as_slice()),
    );
    forms.add(
        Form::HexDecoded,
        from_hex(&text).as_ref().map(|it| it.as_slice()),
    );
    forms.add(
        Form::HexDecoded,
        from_hex(key).as_ref().map(|it| it.as_slice()),
    );
    forms.add(Form::WithoutLineBreak, Some(key.trim_ascii()));
    forms.add_damaged(key);
    forms.all
}

/// Collects keys, each once: not the one that there is already, and none that anybody could guess.
struct Forms<'a> {
    own: &'a [u8],
    seen: Vec<Zeroizing<Vec<u8>>>,
    all: Vec<OtherKey>,
}

impl<'a> Forms<'a> {
    fn of(own: &'a [u8]) -> Self {
        Self {
            own,
            seen: Vec::new(),
            all: Vec::new(),
        }
    }

    fn add(&mut self, form: Form, key: Option<&[u8]>) {
        // Nothing but zeros is the empty key to HMAC.
        let Some(key) = key.filter(|key| key.iter().any(|byte| *byte != 0)) else {
            return;
        };
        if key != self.own && !self.seen.iter().any(|it| it.as_slice() == key) {
            self.seen.push(Zeroizing::new(key.to_vec()));
            let key = Arc::new(Key::new(key));
            self.all.push(OtherKey { form, key });
        }
    }

    fn join(&mut self, form: Form, parts: &[&[u8]]) {
        self.add(form, Some(&Zeroizing::new(parts.concat())));
    }

    /// What copying and storing does to a text.
    fn add_damaged(&mut self, text: &[u8]) {
        self.add(Form::Encoded, Some(&encoded(text)));
        self.add(
            Form::Encoded,
            Some(Zeroizing::new(hex::encode(text)).as_bytes()),
        );
        for end in [b"\n".as_slice(), b"\r\n"] {
            self.join(Form::WithLineBreak, &[text, end]);
        }
        self.join(Form::WithSpace, &[text, b" "]);
        self.join(Form::WithSpace, &[b" ", text]);
        self.join(Form::Quoted, &[b"\"", text, b"\""]);
        self.join(Form::Quoted, &[b"'", text, b"'"]);
        let punctuation = |byte: &u8| b"\"'`,;.<>()[]{}".contains(byte);
        let kept = text.iter().position(|byte| !punctuation(byte));
        let len = text.iter().rposition(|byte| !punctuation(byte));
        if let (Some(start), Some(end)) = (kept, len) {
            self.add(Form::Unquoted, text.get(start..=end));
        }
        let mut changed = Zeroizing::new(text.to_vec());
        changed.retain(|byte| !byte.is_ascii_whitespace());
        self.add(Form::WithoutSpaces, Some(&changed));
        let mut changed = Zeroizing::new(text.to_vec());
        changed.make_ascii_lowercase();
        self.add(Form::LowerCase, Some(&changed));
        changed.make_ascii_uppercase();
        self.add(Form::UpperCase, Some(&changed));
        let ends = text.iter().enumerate();
        let ends = ends.filter(|(_, byte)| matches!(byte, b'=' | b':' | b' '));
        for (at, _) in ends.take(MAX_NAMES) {
            let Some((_, [_, rest @ ..])) = text.split_at_checked(at) else {
                continue;
            };
            if rest.len() < MIN_REST {
                continue;
            }
            let rest = rest.trim_ascii();
            self.add(Form::WithoutName, Some(rest));
            let unquoted = rest
                .strip_prefix(b"\"")
                .and_then(|it| it.strip_suffix(b"\""));
            self.add(Form::WithoutName, unquoted);
        }
        if let Some(half) = text.len().checked_div(2)
            && let Some((first, second)) = text.split_at_checked(half)
            && first == second
        {
            self.add(Form::Once, Some(first));
        }
        let mut room = Zeroizing::new(Vec::with_capacity(text.len()));
        if super::text::unpercent(text, false, &mut room).is_some() {
            self.add(Form::Unescaped, Some(&room));
        }
        for (from, to) in [("$$", "$"), ("\\", ""), ("&amp;", "&")] {
            let unescaped = body::replaced(text, from.as_bytes(), to.as_bytes());
            self.add(Form::Unescaped, Some(&Zeroizing::new(unescaped)));
        }
    }
}

fn decoded(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    decoded_as::<Base64>(text)
        .or_else(|| decoded_as::<Base64Unpadded>(text))
        .or_else(|| decoded_as::<Base64Url>(text))
        .or_else(|| decoded_as::<Base64UrlUnpadded>(text))
}

/// In room that is wiped, also of what was decoded before the first digit that is none.
fn decoded_as<E: Encoding>(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut room = Zeroizing::new(vec![0; text.len()]);
    let len = E::decode(text, &mut room).ok()?.len();
    room.truncate(len);
    Some(room)
}

fn encoded(key: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(Base64::encode_string(key).into_bytes())
}

fn from_hex(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut room = Zeroizing::new(vec![0; text.len() / 2]);
    hex::decode_to_slice(text, &mut room).ok()?;
    Some(room)
}

/// Ends of a name that are tried: `export NAME=` has two, `Authorization: Bearer ` three.
const MAX_NAMES: usize = 3;
/// Least length of what is left of a text without the name of a variable: what is shorter could be guessed.
const MIN_REST: usize = 16;
