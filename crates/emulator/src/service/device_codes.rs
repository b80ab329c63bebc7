//! Sign-ins with a device code (RFC 8628). They are in memory only: after a restart, a client starts
//! a new one.

use std::time::{Duration, SystemTime};

use uuid::Uuid;

use super::model::{Partner, Secret, User};

/// How long a code is valid, as in the service.
pub(crate) const LIFETIME: Duration = Duration::from_mins(15);

/// The oldest sign-ins are dropped first.
const CAPACITY: usize = 1000;

/// How much earlier than the interval a poll may come, for timers that are not exact.
const TOLERANCE: Duration = Duration::from_millis(200);

/// The letters of user codes: no vowels, so that they form no words (RFC 8628, section 6.1).
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// What happens to a sign-in with a device code, instead of a user at the page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeviceCodeAnswer {
    /// A user of the app's tenant signs in: the user's id or name; without one, its first user.
    SignIn(Option<String>),
    /// The user declines.
    Decline,
    /// The code expires.
    Expire,
}

/// The sign-ins that were started.
#[derive(Debug, Default)]
pub(crate) struct DeviceCodes(Vec<DeviceCode>);

#[derive(Clone, Debug)]
pub(crate) struct DeviceCode {
    /// What the client polls with: the `device_code`.
    pub(crate) secret: Secret,
    pub(crate) user_code: String,
    pub(crate) tenant: Uuid,
    pub(crate) app: Uuid,
    /// The scope of the tokens, as it was requested.
    pub(crate) scope: String,
    expires: SystemTime,
    last_poll: Option<SystemTime>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Pending,
    SignedIn(Uuid),
    Declined,
    /// Its tokens were issued.
    Used,
}

/// Why a poll gives no tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PollError {
    /// There is no such code of this app, or it was used.
    Unknown,
    Pending,
    TooSoon,
    Declined,
    Expired,
}

/// Why a sign-in cannot be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AnswerError {
    /// There is no such code that is valid and has no answer yet.
    NoSuchCode,
    NoSuchUser,
}

impl DeviceCode {
    fn is(&self, device_code: &str) -> bool {
        self.secret.expose() == device_code
    }

    fn is_open(&self, now: SystemTime) -> bool {
        self.state == State::Pending && now < self.expires
    }

    /// The status for the control endpoint.
    pub(crate) fn status(&self, now: SystemTime) -> &'static str {
        match self.state {
            State::Used => "used",
            State::Declined => "declined",
            _ if now >= self.expires => "expired",
            State::SignedIn(_) => "signedIn",
            State::Pending => "pending",
        }
    }
}

impl DeviceCodes {
    pub(crate) fn start(
        &mut self,
        tenant: Uuid,
        app: Uuid,
        scope: &str,
        now: SystemTime,
    ) -> DeviceCode {
        let mut user_code = random_user_code();
        while self.0.iter().any(|one| one.user_code == user_code) {
            user_code = random_user_code();
        }
        let code = DeviceCode {
            secret: Secret::new(
                [Uuid::new_v4(), Uuid::new_v4()]
                    .map(|id| id.simple().to_string())
                    .concat(),
            ),
            user_code,
            tenant,
            app,
            scope: scope.to_owned(),
            expires: now + LIFETIME,
            last_poll: None,
            state: State::Pending,
        };
        if self.0.len() == CAPACITY {
            self.0.remove(0);
        }
        self.0.push(code.clone());
        code
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &DeviceCode> {
        self.0.iter()
    }

    /// Returns the sign-in of a code as a user types it: in any letter case, with spaces and hyphens.
    pub(crate) fn open(&self, typed: &str, now: SystemTime) -> Option<&DeviceCode> {
        let typed = plain(typed);
        let mut codes = self.0.iter();
        codes.find(|one| one.user_code == typed && one.is_open(now))
    }

    /// Answers a sign-in. `partner` returns the partner of a tenant.
    pub(crate) fn answer(
        &mut self,
        typed: &str,
        answer: DeviceCodeAnswer,
        partner: impl FnOnce(Uuid) -> Option<Partner>,
        now: SystemTime,
    ) -> Result<(), AnswerError> {
        let typed = plain(typed);
        let code = self
            .0
            .iter_mut()
            .find(|one| one.user_code == typed && one.is_open(now))
            .ok_or(AnswerError::NoSuchCode)?;
        match answer {
            DeviceCodeAnswer::Decline => code.state = State::Declined,
            DeviceCodeAnswer::Expire => code.expires = now,
            DeviceCodeAnswer::SignIn(name) => {
                let partner = partner(code.tenant);
                let user = partner
                    .as_ref()
                    .and_then(|partner| find_user(partner, name.as_deref()));
                code.state = State::SignedIn(user.ok_or(AnswerError::NoSuchUser)?.id);
            }
        }
        Ok(())
    }

    /// A client polls: returns the user who has signed in, and the scope.
    pub(crate) fn poll(
        &mut self,
        device_code: &str,
        tenant: Uuid,
        app: Uuid,
        interval: Duration,
        now: SystemTime,
    ) -> Result<(Uuid, String), PollError> {
        let code = self
            .0
            .iter_mut()
            .find(|one| one.is(device_code) && one.tenant == tenant && one.app == app)
            .ok_or(PollError::Unknown)?;
        let last = code.last_poll.replace(now);
        match code.state {
            State::Used => Err(PollError::Unknown),
            State::Declined => Err(PollError::Declined),
            _ if now >= code.expires => Err(PollError::Expired),
            State::SignedIn(user) => Ok((user, code.scope.clone())),
            State::Pending => {
                let since = last.and_then(|last| now.duration_since(last).ok());
                let too_soon = since.is_some_and(|since| since + TOLERANCE < interval);
                Err(if too_soon {
                    PollError::TooSoon
                } else {
                    PollError::Pending
                })
            }
        }
    }

    /// The tokens of a sign-in were issued. A code works once.
    pub(crate) fn use_up(&mut self, device_code: &str) {
        for code in &mut self.0 {
            if code.is(device_code) {
                code.state = State::Used;
            }
        }
    }
}

/// Returns a user by id or name; the first one without a name.
fn find_user<'a>(partner: &'a Partner, name: Option<&str>) -> Option<&'a User> {
    match name {
        None => partner.users.first(),
        Some(name) => partner.user_named(name),
    }
}

fn plain(typed: &str) -> String {
    let letters = typed
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-');
    letters.collect::<String>().to_ascii_uppercase()
}

/// Nine letters, as in the service: about 39 random bits.
fn random_user_code() -> String {
    let bytes = Uuid::new_v4().into_bytes();
    // Bytes 6 and 8 are not wholly random.
    let random = bytes[..6].iter().chain(&bytes[9..12]);
    random
        .map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_code_has_nine_letters_and_is_found_as_users_type_it() {
        let mut codes = DeviceCodes::default();
        let now = SystemTime::now();
        let code = codes.start(Uuid::nil(), Uuid::nil(), "scope", now);
        assert_eq!(code.user_code.len(), 9);
        assert!(code.user_code.bytes().all(|byte| LETTERS.contains(&byte)));
        let (one, other) = code.user_code.split_at(4);
        for typed in [
            code.user_code.clone(),
            code.user_code.to_lowercase(),
            format!(" {one}-{other} "),
        ] {
            assert!(codes.open(&typed, now).is_some(), "{typed}");
            assert!(codes.open(&typed, now + LIFETIME).is_none(), "{typed}");
        }
        assert!(codes.open(one, now).is_none());
    }

    #[test]
    fn the_oldest_sign_ins_are_dropped() {
        let mut codes = DeviceCodes::default();
        for _ in 0..CAPACITY + 10 {
            codes.start(Uuid::nil(), Uuid::nil(), "scope", SystemTime::now());
        }
        assert_eq!(codes.iter().count(), CAPACITY);
    }
}
