//! Losses of disputes: what the bank took of a payment, or gave back, booked whether or not the books know the payment.

use spin_sdk::sqlite::Value;

use crate::bindings::contract::{DisputeLoss, Fault};
use crate::database::{self, fault, from_json};
use crate::{check, entries, sql};

/// Books a loss, or that it came back, once for each key.
pub async fn record(loss: DisputeLoss, came_back: bool) -> Result<(), Fault> {
    check::loss(&loss).map_err(Fault::InvalidArgument)?;
    let (what, legs) = match came_back {
        true => ("won after all", entries::of_returned_loss(&loss)),
        false => ("lost", entries::of_loss(&loss)),
    };
    let parameters: Vec<Value> = vec![
        loss.key.value.as_str().into(),
        database::to_json(&loss)?.into(),
        loss.lost_on.as_str().into(),
        format!("Dispute {} of payment {} {what}", loss.dispute, loss.payment).into(),
        loss.dispute.as_str().into(),
        database::to_json(&legs)?.into(),
    ];
    if !database::write(sql::LOSE, parameters).await.map_err(fault)?.is_empty() {
        return Ok(());
    }
    let rows = database::read(sql::LOSS, vec![loss.key.value.as_str().into()]).await?;
    let recorded: DisputeLoss = from_json(rows.first().ok_or_else(database::broken)?, 0)?;
    if recorded != loss {
        let detail = format!("another loss was recorded under the key `{}`", loss.key.value);
        return Err(Fault::KeyReusedWithDifferentInput(detail));
    }
    Ok(())
}
