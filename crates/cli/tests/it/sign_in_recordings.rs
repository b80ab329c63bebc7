//! What a terminal shows of a sign-in, at 80 and at 120 columns.

use std::fmt::Write as _;

use crate::login_service::{APP, LoginService, TENANT};
use crate::pseudo_terminal::on_terminal;
use crate::run::{HOME_VARIABLES, redacted};

#[test]
fn login_and_whoami_are_recorded() {
    for columns in [80, 120] {
        let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
        let mut variables = vec![
            ("PCTRANSFERS_TOKEN", ""),
            ("PCTRANSFERS_ENDPOINT", service.url()),
            ("PCTRANSFERS_AUTHORITY", service.url()),
            ("PCTRANSFERS_TENANT_ID", TENANT),
            ("PCTRANSFERS_CLIENT_ID", APP),
        ];
        let home = home.path().to_str().unwrap();
        variables.extend(HOME_VARIABLES.map(|name| (name, home)));
        let mut recording = String::new();
        for name in ["login", "whoami", "logout", "whoami"] {
            let (shown, code) = on_terminal(columns, false, &[name], &variables, None);
            let shown = shown.replace('\r', "");
            write!(recording, "$ pctransfers {name}\n{shown}").unwrap();
            if code != 0 {
                writeln!(recording, "[exit code {code}]").unwrap();
            }
        }
        insta::assert_snapshot!(format!("sign-in-at-{columns}"), redacted(&recording));
    }
}
