//! Variables of the component.

/// Returns the value of a variable; an error, for a person, when it is missing or empty.
pub async fn required(name: &str) -> Result<String, String> {
    match optional(name).await? {
        Some(value) => Ok(value),
        None => Err(format!("the variable `{name}` is not set")),
    }
}

/// Returns the value of a variable; `None` when it is undefined or empty. An error when the host could not tell.
pub async fn optional(name: &str) -> Result<Option<String>, String> {
    use spin_sdk::variables::{Error, get};
    match get(name).await {
        Ok(value) if value.trim().is_empty() => Ok(None),
        Ok(value) => Ok(Some(value.trim().to_owned())),
        Err(Error::Undefined(_)) => Ok(None),
        Err(error) => Err(format!("the variable `{name}` could not be read: {error}")),
    }
}
