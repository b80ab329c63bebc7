//! Text below the options in help pages.

/// Below `pctransfers -h`.
pub(super) const SHORT: &str = "\
Run 'pctransfers --help' for details, environment variables and exit codes, and 'pctransfers \
<COMMAND> -h' for the options of a command.";

/// Below `pctransfers COMMAND -h`.
pub(super) const SHORT_SUBCOMMAND: &str = "\
Run the command with '--help' for details, all options and examples, and 'pctransfers --help' for \
global options, environment variables and exit codes.";

/// Below the help of each command.
pub(super) const SUBCOMMAND: &str =
    "Run 'pctransfers --help' for global options, environment variables and exit codes.";

/// Below `pctransfers --help`.
pub(crate) const LONG_HELP: &str = "\
Environment variables:
  PCTRANSFERS_TOKEN               Access token; to have one fetched, set the next variables instead
  PCTRANSFERS_PROFILE             Profile to use, unless --profile is given
  PCTRANSFERS_TENANT_ID           Tenant of the partner, a GUID or a domain
  PCTRANSFERS_CLIENT_ID           Id of the app, along with 'login' or one of these four:
  PCTRANSFERS_CLIENT_SECRET       Client secret of the app
  PCTRANSFERS_CLIENT_CERTIFICATE  PEM or PKCS#12 (.pfx) file with the app's certificate and private
                                  key
  PCTRANSFERS_CLIENT_CERTIFICATE_PASSWORD
                                  Password of that file, if its key is encrypted
  PCTRANSFERS_REFRESH_TOKEN       Refresh token of a user; a renewed token is not stored
  PCTRANSFERS_REFRESH_TOKEN_FILE  File with a refresh token, written when the token is renewed
  PCTRANSFERS_ENDPOINT            Base URL of the service, unless --endpoint is given
  PCTRANSFERS_AUTHORITY           Base URL of the login service [default: the one of the cloud]
  PCTRANSFERS_CA_FILE             PEM or DER file with root certificates to trust in addition
  HTTPS_PROXY, ALL_PROXY          Proxy for https, such as http://HOST:3128 or socks5h://HOST:1080
  NO_PROXY                        Hosts to connect to without the proxy
  TZ                              Time zone of times in text [default: that of the system]
  NO_COLOR                        Any value turns all colors off
  CLICOLOR_FORCE                  Any value but 0 turns all colors on, also without a terminal

A value comes from the option, else from the environment, else from the profile.

Secrets are read from the environment only, because other users of the machine can see the
arguments of a process. With a refresh token, set the client secret too if the app has one.
Line ends around a value are removed. Quotes around it and control characters in it are errors.
Text files are UTF-8, or UTF-16 with a byte order mark.

Commands that change something (create, accept, reject, cancel, withdraw):
  They first read the current state. On a terminal they show it and ask for confirmation, unless
  --yes is given. Without a terminal, --yes is required. --emulator needs no confirmation.
  They send nothing if the state shows that the change is for the other partner or the other
  generation of transfers, or that an open transfer makes a create unnecessary.
  If the response to a change is lost, the command reads the state back, and the exit code (0 or 3
  to 7) shows the result. If the change was applied, the lost response is only a warning.

Exit codes:
  0    Success, also if the response was lost and the state that was read back shows it
  1    Other failure: no connection, a failed login, the service is unavailable (408, 429, 5xx) and
       changed nothing, or the confirmation was declined
  2    Invalid usage, or the change is not possible or not necessary; no change was sent
  3    Partial success: some subscriptions moved, others did not; or list --customers could not
       read some of the customers
  4    Refused: the service refused the call, nothing could be moved, or the transfer has ended in
       another way
  5    Unknown: the service may have applied the change
  6    Not applied, according to the response or to the state that was read back
  7    Not settled: the service is still processing the transfer, or the wait timed out
  130  Interrupted before a change was sent";

/// Below the help of `completions`.
pub(super) const COMPLETIONS: &str = "\
Where to put the script:
  bash        ~/.local/share/bash-completion/completions/pctransfers, which the package
              bash-completion reads; or add the line
              source <(pctransfers completions bash) to ~/.bashrc
  zsh         _pctransfers in a directory of $fpath, such as ~/.zfunc. In ~/.zshrc, add the
              directory with fpath=(~/.zfunc $fpath) before the line autoload -Uz compinit && compinit
  fish        ~/.config/fish/completions/pctransfers.fish
  powershell  Add the line pctransfers completions powershell | Out-String | Invoke-Expression
              to the file that $PROFILE names
  elvish      Add the line eval (pctransfers completions elvish | slurp)
              to ~/.config/elvish/rc.elv

Open a new shell afterwards. Repeat it after an update, because the script is for this version.";
