//! Runs scenarios against a client of any language and checks what the client sends and reports.
//!
//! A scenario is a file (`spec/scenarios/*.json`). It describes a call, the server's exact replies
//! (faults included), and the expected requests and conclusion. A [`Driver`] makes the call with a
//! client and reports the client's conclusion. Capabilities that the driver does not declare are not
//! checked, and the report lists them.
//!
//! `spec/scenarios/README.md` describes how to write a driver. `spec/package/runner/` does the same in
//! JavaScript; a test of xtask compares the results.
//!
//! | module | content |
//! |---|---|
//! | `scenario` | the file as types, its JSON Schema, and how files are loaded |
//! | `capability`, `protocol` | the questions to a driver and its answers |
//! | `driver`, `program_driver`, `manual_driver` | a driver as a program, or a person |
//! | `server`, `request` | plays the replies on a loopback port and records the requests |
//! | `judge`, `json_text` | compares the expected with the actual |
//! | `play`, `report` | runs all scenarios and reports the results |
//! | `command` | the command line |

mod capability;
mod command;
mod driver;
mod json_text;
mod judge;
mod manual_driver;
mod play;
mod program_driver;
mod protocol;
mod report;
mod request;
pub mod scenario;
mod server;

pub use capability::Capability;
pub use command::main;
pub use driver::Driver;
pub use manual_driver::ManualDriver;
pub use play::{Selection, play};
pub use program_driver::ProgramDriver;
pub use protocol::{Conclusion, DriverCall, DriverInfo, ReportedAnswer, ReportedError};
pub use report::{CaseReport, CaseStatus, Report};
pub use server::ScenarioServer;
