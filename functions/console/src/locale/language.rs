//! Names the languages of the console, and chooses one of them.

/// Names a language in which the console has all its texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Returns the tag of the language, as RFC 5646 has it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// Returns the name of the language in itself, so that people find it in a list that they can't read.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// Returns the language of a tag such as `de-AT`; `None` for one that the console does not speak.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().trim();
        Self::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.tag()))
    }

    /// Returns the language that a browser prefers, of those that the console speaks: the value of `Accept-Language`
    /// (RFC 9110, section 12.5.4).
    pub fn accepted(header: &str) -> Option<Self> {
        let ranges = header.split(',').filter_map(|range| {
            let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
            Some((Self::of_tag(tag)?, thousandths(parameters)))
        });
        let mut best: Option<(Self, u32)> = None;
        for (language, weight) in ranges.filter(|(_, weight)| *weight > 0) {
            if best.is_none_or(|(_, heaviest)| weight > heaviest) {
                best = Some((language, weight));
            }
        }
        best.map(|(language, _)| language)
    }

    /// Returns the sign between the whole and the decimals of a number.
    pub const fn decimal_sign(self) -> char {
        match self {
            Self::English => '.',
            Self::German => ',',
        }
    }

    /// Returns the sign between groups of three digits.
    pub const fn group_sign(self) -> char {
        match self {
            Self::English => ',',
            Self::German => '.',
        }
    }
}

/// Returns the weight of a range of languages, in thousandths: of `q=0.8`, 800. Without one, it weighs all.
fn thousandths(parameters: &str) -> u32 {
    let weight = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("q="));
    let Some((whole, decimals)) = weight.map(|weight| weight.split_once('.').unwrap_or((weight, ""))) else {
        return 1000;
    };
    if whole == "1" {
        return 1000;
    }
    let digits: String = decimals.chars().take(3).collect();
    format!("{digits:0<3}").parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_that_weighs_most_of_those_that_are_spoken_is_taken() {
        for (header, language) in [
            ("de-AT,de;q=0.9,en;q=0.8", Some(Language::German)),
            ("fr, en;q=0.5, de;q=0.75", Some(Language::German)),
            ("en-GB", Some(Language::English)),
            ("de;q=0, en;q=0.1", Some(Language::English)),
            ("fr,it;q=0.5", None),
            ("", None),
            (";;;q=9,de;q=x", None),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }
}
