//! Languages, by the tags of BCP 47: `de`, `en-GB`.

/// Tells whether a text is a language tag: parts of two to eight letters and digits, 35 characters at most.
///
/// ```
/// use contraflow_domain::language::is_language;
///
/// assert!(is_language("de") && is_language("fr-CA") && is_language("zh-Hant-TW"));
/// assert!(!is_language("") && !is_language("de_DE") && !is_language("German, please"));
/// ```
#[must_use]
pub fn is_language(text: &str) -> bool {
    let fits = |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    text.len() <= 35 && text.split('-').all(fits)
}

/// Returns the language of a tag without its region: `de` of `de-AT`.
#[must_use]
pub fn plain_language(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}
