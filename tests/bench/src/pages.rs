//! How fast the pages of the console are while very many requests are in the store.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::report::{Quantiles, Report};
use crate::served::Served;
use crate::{limits, queue, state, world};

/// The pages, with `{id}` for a request and `{customer}` for its customer.
const PAGES: [&str; 33] = [
    "/",
    "/queue",
    "/queue?view=tasks",
    "/queue?kind=account_credit",
    "/requests",
    "/requests?q={customer}",
    "/requests?status=pending_approval&sort=amount",
    "/requests/{id}",
    "/requests/{id}?queue=view%3Ddecisions",
    "/requests/{id}/print",
    "/new",
    "/new?customer={customer}",
    "/invoices",
    "/customers",
    "/customers/{customer}",
    "/tasks",
    "/payouts",
    "/disputes",
    "/documents",
    "/policy",
    "/policy/versions",
    "/people",
    "/clients",
    "/patterns",
    "/audit",
    "/imports",
    "/schedules",
    "/delegations",
    "/outbox",
    "/letters",
    "/letters/customer/request.completed/en",
    "/settings",
    "/help",
];

/// Opens each page again and again beside so many requests, and adds the lines: of each page, and of all together.
pub async fn add_to(report: &mut Report, count: usize) -> Result<()> {
    let folder = state()?;
    queue::fill(folder.path(), count).await?;
    let host = Served::start(folder.path()).await?;
    let token = world::everyone()?;
    let mut client = host.connect().await?.of(&token);
    let found = client.get("/v1/requests?limit=1").await?;
    let first = found.get("items").and_then(|items| items.get(0)).context("there are requests")?;
    let word = |member: &str| first.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (id, customer) = (word("id"), word("customer"));
    let mut all = Vec::new();
    for page in PAGES {
        let path = page.replace("{id}", &id).replace("{customer}", &customer);
        client.page(&path).await.with_context(|| format!("the page {path}"))?;
        let mut times = Vec::with_capacity(limits::PAGE_SAMPLES);
        for _ in 0..limits::PAGE_SAMPLES {
            times.push(client.page(&path).await?);
        }
        all.extend(times.iter().copied());
        report.quantiles(&format!("page {page}"), Quantiles::of(times));
    }
    host.stop().await?;
    report.quantiles(&format!("all pages, beside {count} requests"), Quantiles::of(all));
    Ok(())
}
