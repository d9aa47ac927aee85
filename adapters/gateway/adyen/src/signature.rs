//! Each item is signed on its own: base64 of HMAC-SHA256, under a key in hexadecimal, over some of its fields with
//! colons between (<https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures>).
//! What is not among them is not signed: the date, the reason, and everything in `additionalData`.

use contraflow_adapter_support::signature;

use crate::bindings::contract::Refusal;
use crate::notification::Item;

/// Returns the bytes of the key as Adyen shows it.
pub fn key(hex: &str) -> Result<Vec<u8>, Refusal> {
    signature::from_hex(hex).filter(|key| !key.is_empty()).ok_or_else(|| {
        Refusal::NotConfigured("`adyen_hmac_key` is no hexadecimal: copy the webhook's HMAC key from Adyen".into())
    })
}

/// Checks that there are items and that every one of them was signed with this key.
pub fn verify_all(key: &[u8], items: &[Item]) -> Result<(), Refusal> {
    if items.is_empty() {
        return Err(Refusal::Unauthentic("there is no item, and so nothing that is signed".into()));
    }
    for (index, item) in items.iter().enumerate() {
        if !is_signed(key, item) {
            return Err(Refusal::Unauthentic(format!(
                "the signature of notificationItems[{index}] is missing or does not match: nothing of the delivery was taken"
            )));
        }
    }
    Ok(())
}

fn is_signed(key: &[u8], item: &Item) -> bool {
    let signed = Some(item.additional_data.hmac_signature.as_str()).filter(|text| !text.is_empty());
    let signed = signed.and_then(signature::from_base64);
    signed.is_some_and(|signed| signature::hmac_sha256_matches(key, &[signed_text(item).as_bytes()], &signed))
}

fn signed_text(item: &Item) -> String {
    let (value, currency) =
        item.amount.as_ref().map_or(("", ""), |amount| (amount.value.as_str(), amount.currency.as_str()));
    [
        item.psp_reference.as_str(),
        &item.original_reference,
        &item.merchant_account_code,
        &item.merchant_reference,
        value,
        currency,
        &item.event_code,
        &item.success,
    ]
    .join(":")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::notification::items;

    const KEY: &str = "DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00";
    const SIGNATURE: &str = "ZNBPtI+oDyyRrLyD1XirkKnQgIAlFc07Vj27TeHsDRE=";

    /// Returns the item that the signature is over.
    fn signed() -> Value {
        json!({
            "pspReference": "pspReference", "originalReference": "originalReference", "merchantAccountCode": "merchantAccount",
            "merchantReference": "reference", "amount": {"value": 1000, "currency": "EUR"}, "eventCode": "REPORT_AVAILABLE",
            "success": "true", "additionalData": {"hmacSignature": SIGNATURE},
        })
    }

    fn verdict(each: &[Value]) -> Result<(), Refusal> {
        let each: Vec<_> = each.iter().map(|item| json!({"NotificationRequestItem": item})).collect();
        let body = json!({"live": "false", "notificationItems": each}).to_string();
        verify_all(&key(KEY)?, &items(body.as_bytes())?)
    }

    #[test]
    fn the_vector_passes() {
        assert_eq!(verdict(&[signed()]), Ok(()));
        assert_eq!(verdict(&[signed(), signed()]), Ok(()));
    }

    #[test]
    fn one_item_that_is_not_signed_spoils_the_delivery() {
        for (pointer, value) in [
            ("/pspReference", json!("pspReferencf")),
            ("/originalReference", json!(null)),
            ("/merchantAccountCode", json!("")),
            ("/merchantReference", json!("reference2")),
            ("/amount/value", json!(1001)),
            ("/amount/currency", json!("USD")),
            ("/amount", json!(null)),
            ("/eventCode", json!("REFUND")),
            ("/success", json!("false")),
            ("/additionalData/hmacSignature", json!(null)),
            ("/additionalData/hmacSignature", json!("")),
            ("/additionalData/hmacSignature", json!("not base64")),
            ("/additionalData", json!({})),
            ("/additionalData", json!(7)),
            ("/amount", json!([])),
        ] {
            let mut forged = signed();
            *forged.pointer_mut(pointer).expect("a field") = value;
            let verdict = verdict(&[signed(), forged, signed()]);
            assert!(matches!(verdict, Err(Refusal::Unauthentic(_))), "{pointer}: {verdict:?}");
        }
        assert!(matches!(verdict(&[]), Err(Refusal::Unauthentic(_))));
    }

    #[test]
    fn a_key_that_is_no_key_is_a_matter_of_the_set_up() {
        for wrong in ["", "xyz", "abc", "ä"] {
            assert!(matches!(key(wrong), Err(Refusal::NotConfigured(_))), "{wrong}");
        }
        assert_eq!(key(" 0aFF ").ok(), Some(vec![0x0a, 0xff]));
    }
}
