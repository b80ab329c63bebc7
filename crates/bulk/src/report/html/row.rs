//! The row of a subscription. On a phone each cell is a block, so each value has its own label.

use std::fmt::Display;
use std::io;

use crate::report::row::ReportRow;

use super::escape::{Escaped, Time};
use super::totals::label;

pub(super) fn write(row: &ReportRow, out: &mut impl io::Write) -> io::Result<()> {
    let outcome = row.outcome.as_str();
    write!(
        out,
        "<tr class=\"{outcome}\"><th scope=\"row\">{}</th><td>",
        row.row
    )?;
    text(out, "Customer", Some(&row.customer))?;
    text(out, "Transfer", row.transfer.as_deref())?;
    text(out, "Reference", row.reference.as_deref())?;
    for (name, value) in &row.carried {
        if !value.is_empty() {
            pair(out, Escaped(name), Escaped(value))?;
        }
    }
    write!(out, "</td><td>")?;
    text(out, "Subscription", row.subscription.as_deref())?;
    text(out, "New subscription", row.subscription_after.as_deref())?;
    text(out, "Order", row.order.as_deref())?;
    text(out, "Offer", row.offer.as_deref())?;
    if let Some(quantity) = row.quantity {
        pair(out, "Quantity", quantity)?;
    }
    write!(
        out,
        "</td><td><p><svg class=\"swatch\" viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect \
         class=\"{outcome}\" width=\"10\" height=\"10\"/></svg> <b>{}</b></p>",
        label(row.outcome)
    )?;
    text(out, "Code", row.code.as_deref())?;
    text(out, "Cause", row.cause.as_deref())?;
    text(out, "What to do", row.remedy.as_deref())?;
    write!(out, "</td><td>")?;
    time(out, "Created", row.created.as_deref())?;
    time(out, "Sent", row.sent.as_deref())?;
    time(out, "Accepted", row.accepted.as_deref())?;
    time(out, "Completed", row.completed.as_deref())?;
    time(out, "Expires", row.expires.as_deref())?;
    text(out, "Request id", row.request_id.as_deref())?;
    writeln!(out, "</td></tr>")
}

fn text(out: &mut impl io::Write, name: &str, value: Option<&str>) -> io::Result<()> {
    value.map_or(Ok(()), |value| pair(out, name, Escaped(value)))
}

fn time(out: &mut impl io::Write, name: &str, value: Option<&str>) -> io::Result<()> {
    value.map_or(Ok(()), |value| pair(out, name, Time(value)))
}

fn pair(out: &mut impl io::Write, name: impl Display, value: impl Display) -> io::Result<()> {
    write!(out, "<p><i>{name}</i> {value}</p>")
}
