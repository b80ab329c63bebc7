// Signs in at the emulator's page for device codes with Chromium, without scripts in the page.
//
//     node sign-in-page.cjs EMULATOR-URL CHROMIUM EMPTY-DIRECTORY
//
// Prints what it did, or each problem on a line, with exit code 1.

const assert = require("node:assert/strict");
const { report, withTab } = require("./browser.cjs");

const [url, executablePath, profile] = process.argv.slice(2);
const problems = new Set();
const TENANT = "22222222-0000-4000-8000-00000000000b";
const APP = "22222222-0000-4000-8000-0000000000bd";
const USER = "agent@fabrikam.onmicrosoft.com";
const SCOPE = "https://api.partnercenter.microsoft.com/.default offline_access";

report(main, problems, "the sign-in page does not do what a user wants", () =>
  "a user signs in and declines in Chromium, without scripts",
);

async function post(path, fields) {
  const body = new URLSearchParams({ client_id: APP, ...fields });
  const response = await fetch(`${url}/${TENANT}/oauth2/v2.0/${path}`, { method: "POST", body });
  return response.json();
}

const start = () => post("devicecode", { scope: SCOPE });

const poll = ({ device_code }) =>
  post("token", { grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code });

async function main() {
  await withTab(executablePath, profile, { javaScriptEnabled: false }, async (tab) => {
    tab.on("console", (message) => {
      // A wrong code is answered with 404, which the console reports.
      if (message.type() === "error" && !message.text().includes("404")) {
        problems.add(`console error: ${message.text()}`);
      }
    });
    const enter = async (code) => {
      const field = tab.getByLabel("Enter the code");
      await field.fill(code);
      await field.press("Enter");
    };

    const accepted = await start();
    await tab.goto(accepted.verification_uri);
    assert.match(await tab.title(), /Sign in/);
    await enter("WRONG");
    await tab.getByRole("alert").getByText("There is no such code").waitFor();
    await enter(accepted.user_code.toLowerCase());
    await tab.getByText(APP).waitFor();
    assert.equal((await poll(accepted)).error, "authorization_pending");
    await tab.getByRole("button", { name: `Sign in as ${USER}` }).click();
    await tab.getByText("You have signed in.").waitFor();
    const tokens = await poll(accepted);
    assert.ok(tokens.access_token && tokens.refresh_token, JSON.stringify(tokens.error));
    const claims = JSON.parse(Buffer.from(tokens.access_token.split(".")[1], "base64url"));
    assert.equal(claims.upn, USER);

    const declined = await start();
    await tab.goto(declined.verification_uri);
    await enter(declined.user_code);
    await tab.getByRole("button", { name: "Decline" }).click();
    await tab.getByText("You declined the sign-in.").waitFor();
    assert.equal((await poll(declined)).error, "authorization_declined");
  });
}
