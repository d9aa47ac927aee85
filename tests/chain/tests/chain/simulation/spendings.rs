//! Customers who spend their store credit at the till, which asks again when it gets no answer.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::json;

use crate::world::{FINANCE, World};

/// Whether a spending took place.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Answer {
    /// Nobody knows yet.
    None,
    Taken,
    Refused,
}

struct Spending {
    customer: String,
    minor: i64,
    answer: Answer,
}

/// All that were tried, by key.
#[derive(Default)]
pub struct Spendings(RefCell<BTreeMap<String, Spending>>);

impl Spendings {
    /// The customer wants to spend something.
    pub async fn want(&self, world: &World, customer: String, minor: i64) {
        let key = format!("spending-{}", self.0.borrow().len());
        self.0.borrow_mut().insert(key.clone(), Spending { customer, minor, answer: Answer::None });
        self.ask(world, &key).await;
    }

    /// The till asks again for everything that it has no answer to.
    pub async fn settle(&self, world: &World) {
        for _ in 0..10 {
            let is_open =
                |(key, spending): (&String, &Spending)| (spending.answer == Answer::None).then(|| key.clone());
            let open: Vec<_> = self.0.borrow().iter().filter_map(is_open).collect();
            for key in open {
                self.ask(world, &key).await;
            }
        }
    }

    async fn ask(&self, world: &World, key: &str) {
        let (customer, minor) = {
            let spendings = self.0.borrow();
            (spendings[key].customer.clone(), spendings[key].minor)
        };
        let amount = json!({"value": format!("{}.{:02}", minor / 100, minor % 100), "currency": "EUR"});
        let body = json!({"amount": amount, "reference": key}).to_string();
        let path = format!("/v1/customers/{customer}/store-credit/spendings");
        let Some(reply) = world.call("POST", &path, &FINANCE, key, &body).await else { return };
        let answer = match reply.status.as_u16() {
            201 => Answer::Taken,
            400..500 => Answer::Refused,
            status => {
                assert!(status >= 500, "{body}: {}", reply.text);
                return;
            }
        };
        let mut spendings = self.0.borrow_mut();
        let spending = spendings.get_mut(key).unwrap();
        assert!(
            spending.answer != Answer::Taken || answer == Answer::Taken,
            "what was taken stays taken: {}",
            reply.text
        );
        spending.answer = answer;
    }

    /// What was taken, by customer, in minor units.
    pub fn taken(&self) -> BTreeMap<String, i64> {
        let mut taken = BTreeMap::new();
        for spending in self.0.borrow().values() {
            assert_ne!(spending.answer, Answer::None, "the till knows");
            if spending.answer == Answer::Taken {
                *taken.entry(spending.customer.clone()).or_default() += spending.minor;
            }
        }
        taken
    }
}
