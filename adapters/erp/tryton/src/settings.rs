//! What an operator sets: how Tryton's currencies, taxes, journals and accounts are called here. Whatever is missing is
//! told by the name of the variable, and how to add it.

use contraflow_adapter_support::config;

use crate::bindings::contract::Fault;
use crate::limits;

/// A variable of pairs: `0.19=VAT 19 %, 0.07=VAT 7 %`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    variable: &'static str,
    pairs: Vec<(String, String)>,
}

impl Pairs {
    /// Reads a variable of the component.
    async fn of(variable: &'static str) -> Result<Self, Fault> {
        let text = config::optional(variable).await.map_err(Fault::Unauthorized)?.unwrap_or_default();
        Self::read(variable, &text).map_err(Fault::Unauthorized)
    }

    /// Reads pairs; an error, for a person, where it is something else.
    fn read(variable: &'static str, text: &str) -> Result<Self, String> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (name, value) = pair
                .split_once('=')
                .map(|(name, value)| (name.trim(), value.trim()))
                .filter(|(name, value)| !name.is_empty() && !value.is_empty())
                .ok_or_else(|| format!("`{variable}` has `{pair}` where a pair such as name=value is needed"))?;
            if pairs.iter().any(|(known, _)| known == name) {
                return Err(format!("`{variable}` names `{name}` twice: keep one of them"));
            }
            pairs.push((name.to_owned(), value.to_owned()));
        }
        if pairs.len() > limits::PAIRS {
            return Err(format!("`{variable}` has more than {} pairs", limits::PAIRS));
        }
        Ok(Self { variable, pairs })
    }

    /// Returns the value of a name.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns the name of a value.
    pub fn named(&self, value: &str) -> Option<&str> {
        self.pairs.iter().find(|(_, known)| known == value).map(|(name, _)| name.as_str())
    }

    /// Returns the value of a name that must be there; what to add where it is not.
    pub fn required(&self, name: &str, example: &str) -> Result<&str, Fault> {
        self.find(name).ok_or_else(|| {
            Fault::Unauthorized(format!("`{}` says nothing of `{name}`: add {name}={example}", self.variable))
        })
    }
}

/// Where and as whom to call, and what is called how.
pub struct Settings {
    /// The address that calls go to.
    pub rpc: String,
    /// The login.
    pub user: String,
    /// The password.
    pub password: String,
    /// Journals of payments: `code=gateway:method`.
    pub journals: Pairs,
    /// Taxes by rate.
    pub taxes: Pairs,
    /// Accounts by what is booked on them.
    pub accounts: Pairs,
    /// The journal that contraflow books in.
    pub journal: String,
    currencies: Pairs,
}

impl Settings {
    /// Reads the component's variables. Nothing is sent without those that sign in.
    pub async fn read() -> Result<Self, Fault> {
        let url = config::required("tryton_url").await.map_err(Fault::Unauthorized)?;
        let database = config::required("tryton_database").await.map_err(Fault::Unauthorized)?;
        let user = config::required("tryton_user").await.map_err(Fault::Unauthorized)?;
        let password = config::required("tryton_password").await.map_err(Fault::Unauthorized)?;
        if !database.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
            return Err(Fault::Unauthorized("`tryton_database` has other characters than A-Z a-z 0-9 - _ .".into()));
        }
        Ok(Self {
            rpc: format!("{}/{database}/rpc/", url.trim_end_matches('/')),
            user,
            password,
            journals: Pairs::of("tryton_journals").await?,
            taxes: Pairs::of("tryton_taxes").await?,
            accounts: Pairs::of("tryton_accounts").await?,
            journal: config::optional("tryton_journal").await.map_err(Fault::Unauthorized)?.unwrap_or("MISC".into()),
            currencies: Pairs::of("tryton_currencies").await?,
        })
    }

    /// Returns the gateway and the method of payments in a journal; an empty gateway where it is none of ours.
    pub fn tender(&self, journal: &str) -> (String, String) {
        let (gateway, method) =
            self.journals.find(journal).and_then(|tender| tender.split_once(':')).unwrap_or_default();
        (gateway.trim().to_owned(), if method.trim().is_empty() { "other" } else { method.trim() }.to_owned())
    }

    /// Returns Tryton's code of a currency.
    pub fn currency_there<'c>(&'c self, iso: &'c str) -> &'c str {
        self.currencies.find(iso).unwrap_or(iso)
    }

    /// Returns the code of ISO 4217 for a currency of Tryton's.
    pub fn currency_here<'c>(&'c self, code: &'c str) -> &'c str {
        self.currencies.named(code).unwrap_or(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_and_what_is_missing_is_told() {
        let taxes = Pairs::read("tryton_taxes", " 0.19 = VAT 19 %, 0.07=VAT 7 %,").unwrap_or_default();
        assert_eq!((taxes.find("0.19"), taxes.named("VAT 7 %")), (Some("VAT 19 %"), Some("0.07")));
        let missing = taxes.required("0.2", "the tax's name");
        assert_eq!(
            missing,
            Err(Fault::Unauthorized("`tryton_taxes` says nothing of `0.2`: add 0.2=the tax's name".into()))
        );
        for wrong in ["0.19", "=VAT", "0.19=", "0.19=a, 0.19=b"] {
            assert!(Pairs::read("tryton_taxes", wrong).is_err_and(|words| words.contains("tryton_taxes")), "{wrong}");
        }
    }
}
