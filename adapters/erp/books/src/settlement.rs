//! Settlements: what money did after a document was posted. They are facts, so none is refused for its amount.

use spin_sdk::sqlite::Value;

use crate::bindings::contract::{Fault, Settlement, SettlementKind};
use crate::database::{self, fault, from_json, optional_text, text};
use crate::reference::id_of;
use crate::{accounts, check, entries, rates, sql};

/// Records a settlement and books it, once for each key.
pub async fn record(settlement: Settlement) -> Result<(), Fault> {
    check::settlement(&settlement).map_err(Fault::InvalidArgument)?;
    let unknown = || Fault::InvalidArgument(format!("the books have no document `{}`", settlement.document));
    let id = id_of(&settlement.document).ok_or_else(unknown)?;
    let payment = Value::from(settlement.payment.clone());
    let rows = database::read(sql::SETTLED, vec![id.into(), payment]).await?;
    let row = rows.first().ok_or_else(unknown)?;
    let booked_as = optional_text(row, 0).unwrap_or_else(|| settlement.document.clone());
    let (customer, currency) = (text(row, 1)?, text(row, 2)?);
    let foreign = settlement.amount.currency != currency;
    let refund = matches!(settlement.kind, SettlementKind::Refund | SettlementKind::RefundReversal);
    if foreign && !refund {
        let detail = format!("the document is in {currency}, the settlement in {}", settlement.amount.currency);
        return Err(Fault::InvalidArgument(detail));
    }
    if !foreign && settlement.amount.minor != settlement.settles_minor {
        return Err(Fault::InvalidArgument("in one currency, the amount is what is settled".to_owned()));
    }
    let paid_from = match (&settlement.payment, optional_text(row, 3)) {
        (_, Some(account)) => account,
        (Some(_), None) => accounts::UNKNOWN_PAYMENT.to_owned(),
        (None, None) => accounts::CASH.to_owned(),
    };
    let (kind, settles_minor) = (settlement.kind, settlement.settles_minor);
    let legs = if foreign {
        let worth = rates::worth(&settlement.amount, &currency, &settlement.settled_on).await?;
        let worth_minor = worth.unwrap_or(settles_minor);
        let paid = &settlement.amount;
        entries::of_foreign_refund(&entries::ForeignRefund {
            kind,
            customer: &customer,
            paid_from: &paid_from,
            paid,
            settles_minor,
            worth_minor,
            currency: &currency,
        })
    } else {
        let holder = settlement.holder.as_deref().unwrap_or(&customer);
        // For a transfer of store credit, what it is paid from is the account of whoever gets it.
        let paid_from = settlement.recipient.as_deref().map_or(paid_from, accounts::store_credit);
        entries::of_settlement(kind, holder, &paid_from, settles_minor, &currency)
    };
    let kind = name(settlement.kind);
    let parameters = vec![
        settlement.key.value.as_str().into(),
        database::to_json(&settlement)?.into(),
        id.into(),
        kind.into(),
        settles_minor.into(),
        settlement.settled_on.as_str().into(),
        narration(&settlement, &booked_as).into(),
        booked_as.into(),
        database::to_json(&legs)?.into(),
    ];
    if !database::write(sql::SETTLE, parameters).await.map_err(fault)?.is_empty() {
        return Ok(());
    }
    let rows = database::read(sql::SETTLEMENT, vec![settlement.key.value.as_str().into()]).await?;
    let recorded: Settlement = from_json(rows.first().ok_or_else(database::broken)?, 0)?;
    if recorded != settlement {
        let detail = format!("another settlement was recorded under the key `{}`", settlement.key.value);
        return Err(Fault::KeyReusedWithDifferentInput(detail));
    }
    Ok(())
}

fn narration(settlement: &Settlement, document: &str) -> String {
    let what = match settlement.kind {
        SettlementKind::Refund => "refunded",
        SettlementKind::RefundReversal => "refund came back",
        SettlementKind::StoreCredit => "turned into store credit",
        SettlementKind::StoreCreditReversal => "store credit taken back",
        SettlementKind::StoreCreditSpending => "store credit spent",
        SettlementKind::StoreCreditSpendingReversal => "store credit is back",
        SettlementKind::StoreCreditExpiry => "store credit expired",
        SettlementKind::StoreCreditExpiryReversal => "store credit no longer expired",
        SettlementKind::StoreCreditTransfer => "store credit given to another customer",
        SettlementKind::InvoiceOffset => "set against the invoice",
        SettlementKind::InvoiceOffsetReversal => "no longer set against the invoice",
        SettlementKind::Chargeback => "paid by the bank in a dispute",
        SettlementKind::ChargebackReversal => "not paid by the bank",
    };
    match &settlement.payment {
        Some(payment) => format!("{document} {what}, payment {payment}"),
        None => format!("{document} {what}"),
    }
}

/// Returns the contract's name of a kind, as the tables keep it.
pub fn name(kind: SettlementKind) -> &'static str {
    match kind {
        SettlementKind::Refund => "refund",
        SettlementKind::RefundReversal => "refund-reversal",
        SettlementKind::StoreCredit => "store-credit",
        SettlementKind::StoreCreditReversal => "store-credit-reversal",
        SettlementKind::StoreCreditSpending => "store-credit-spending",
        SettlementKind::StoreCreditSpendingReversal => "store-credit-spending-reversal",
        SettlementKind::StoreCreditExpiry => "store-credit-expiry",
        SettlementKind::StoreCreditExpiryReversal => "store-credit-expiry-reversal",
        SettlementKind::StoreCreditTransfer => "store-credit-transfer",
        SettlementKind::InvoiceOffset => "invoice-offset",
        SettlementKind::InvoiceOffsetReversal => "invoice-offset-reversal",
        SettlementKind::Chargeback => "chargeback",
        SettlementKind::ChargebackReversal => "chargeback-reversal",
    }
}
