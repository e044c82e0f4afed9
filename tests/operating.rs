//! The page "Operating" says of alerts and verdicts what there is.

const PAGE: &str = include_str!("../src/guide/operating.md");
const RULES: &str = include_str!("operating/alerts.yml");

#[test]
fn the_queries_are_those_of_the_rules() {
    let queries = between(PAGE, "```promql\n", "```");
    let rules = between(RULES, "expr: |\n", "labels:");
    let rules = rules.into_iter().map(|rule| {
        let lines = rule.lines().filter_map(|it| it.strip_prefix(INDENT));
        lines.map(|it| format!("{it}\n")).collect::<String>()
    });
    assert_eq!(queries, Vec::from_iter(rules));
    assert_eq!(queries.len(), 4);
}

/// What the lines of a query have in front in the rules. Those after it have less.
const INDENT: &str = "          ";

#[test]
fn every_verdict_is_explained() {
    let sources = [
        include_str!("../src/rejection.rs"),
        include_str!("../src/error.rs"),
    ];
    let texts = sources
        .map(|source| between(source, "=> \"", "\""))
        .concat();
    let kinds: Vec<_> = texts.iter().filter(|it| !it.contains(' ')).collect();
    assert_eq!(kinds.len(), 6 + 15 + 8);
    let table = between(PAGE, "# Verdicts\n", "# Alerts\n");
    for kind in kinds {
        assert_eq!(table[0].matches(&format!("`{kind}`")).count(), 1, "{kind}");
    }
}

/// What stands between the two, each time.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    let parts = text.split(start).skip(1);
    parts
        .map(|part| part.split_once(end).map_or(part, |(inner, _)| inner))
        .collect()
}
