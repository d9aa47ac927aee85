//! The gateways that are wired. A refund through any other would wait until that one is wired, too.

use crate::catalogue::FindingCode;
use crate::request::{Finding, Request, Severity};

/// Tells the deciders, before anything is approved, of each payment that would go back through a gateway that is not
/// wired.
pub fn add_findings(request: &mut Request, gateways: &[&str]) {
    for leg in &request.legs {
        let Some(gateway) = leg.gateway().filter(|gateway| !gateways.contains(gateway)) else { continue };
        request.findings.push(Finding {
            code: FindingCode::GatewayNotWired,
            severity: Severity::Warning,
            message: format!(
                "{} would go back through {gateway}, and no gateway of that name is wired: wire it (wiring.toml), or refund in another way",
                leg.amount
            ),
        });
    }
}
