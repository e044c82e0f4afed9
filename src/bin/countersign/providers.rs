//! `countersign providers`: a row for each provider.

use crate::{
    failure::Failure,
    output::{Cell, Json, Output, Row},
    provider,
};

pub(crate) fn run(output: &mut Output) -> Result<bool, Failure> {
    let rows: Vec<Row> = provider::all()
        .map(|provider| {
            let (variable, scheme) = (provider.variable(), provider.scheme.to_string());
            let secret = if provider.is_base64 { "base64" } else { "text" };
            Row {
                json: Json(vec![
                    ("provider", provider.name.into()),
                    ("variable", variable.clone().into()),
                    ("secret", secret.into()),
                    ("events", provider.events.map(|it| it.names.len()).into()),
                    ("scheme", scheme.clone().into()),
                ]),
                cells: [provider.name.into(), variable, secret.into(), scheme]
                    .map(Cell::new)
                    .into(),
            }
        })
        .collect();
    output.table(&["provider", "variable", "secret", "how it signs"], rows)?;
    Ok(true)
}
