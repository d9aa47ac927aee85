//! Fills in `{{ name }}` in the strings of spin.toml.

use anyhow::{Result, bail};

/// Fills in every `{{ name }}` of `text`; an unknown name is an error.
pub fn expand(text: &str, lookup: &dyn Fn(&str) -> Option<String>) -> Result<String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else { bail!("`{text}`: a `{{{{` is never closed") };
        let name = name.trim();
        let Some(value) = lookup(name) else { bail!("`{text}`: there is no variable `{name}`; add it to [variables]") };
        filled.push_str(before);
        filled.push_str(&value);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// Returns the names that `text` refers to.
pub fn names(text: &str) -> Vec<String> {
    let names = std::cell::RefCell::new(Vec::new());
    // An unclosed brace is reported when the template is expanded.
    _ = expand(text, &|name| {
        names.borrow_mut().push(name.to_owned());
        Some(String::new())
    });
    names.into_inner()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn variables_are_filled_in_wherever_they_stand() {
        let filled = expand("https://{{ host }}:{{port}}/", &|name| Some(name.to_uppercase())).unwrap();
        assert_eq!(filled, "https://HOST:PORT/");
        assert_eq!(names("{{ a }}-{{b}}"), ["a", "b"]);
    }

    #[test]
    fn what_is_unknown_or_unclosed_is_an_error() {
        assert!(expand("{{ nobody }}", &|_| None).unwrap_err().to_string().contains("nobody"));
        assert!(expand("{{ open", &|_| Some(String::new())).is_err());
    }
}
