//! Scenarios: what a client of any language must send, and what it must conclude from each answer,
//! played over real sockets and judged.
//!
//! A scenario is a file (`spec/scenarios/*.json`): a call, the server's replies to the byte, faults
//! included, and what is expected. A [`Driver`] makes the call with some client and reports what
//! the client concluded. What the driver says it cannot report is not judged, and that is said.
//!
//! `spec/scenarios/README.md` is for those who write a driver.
//!
//! | module | idea |
//! |---|---|
//! | `model`, `expect`, `reply` | the file, as types; its JSON Schema comes from them |
//! | `repeat` | large bodies from a small template |
//! | `load` | from a path to scenarios, or to what must be mended |
//! | `protocol`, `capability` | what a driver is asked, and what it answers |
//! | `driver`, `command`, `by_hand` | who makes the call: a program, or a person |
//! | `server`, `request` | the replies on a loopback port, and what was received |
//! | `judge` | expected against got |
//! | `play`, `report` | all scenarios in turn, and what came of them |
//! | `arguments` | the subcommand |

mod arguments;
mod by_hand;
mod capability;
mod command;
mod driver;
mod expect;
mod judge;
mod load;
mod model;
mod play;
mod protocol;
mod repeat;
mod reply;
mod report;
mod request;
mod server;

pub use arguments::{ScenarioArgs, run};
pub use by_hand::ByHand;
pub use capability::Capability;
pub use command::Program;
pub use driver::Driver;
pub use expect::{
    ErrorKind, Expect, Expected, ExpectedAnswer, ExpectedError, ExpectedOutcome, ExpectedRequests,
    ExpectedResult, HeaderRule, Outcome, SentAgain, Wait,
};
pub use load::{LoadError, Loaded, load};
pub use model::{Call, Options, Origin, Scenario, Source, Tag, schema};
pub use play::{Selection, play};
pub use protocol::{About, Answer, Asked, Conclusion, Failure};
pub use reply::{Fault, Reply};
pub use report::{Played, Report, Verdict};
pub use server::Server;
