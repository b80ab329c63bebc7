// What the checks of pages share: starting Chromium, watching a page, and reporting problems.

const { chromium } = require("playwright-core");

// Passes a tab of a new Chromium to a function, and closes it afterwards.
async function withTab(executablePath, profile, options, use) {
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    ...options,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--no-proxy-server",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  try {
    const tab = await browser.newPage();
    tab.setDefaultTimeout(60_000);
    await use(tab);
  } finally {
    await browser.close();
  }
}

// Opens a page without a network, and adds its errors and requests to the problems.
async function openOffline(tab, address, problems) {
  tab.on("console", (message) => {
    if (message.type() === "error") problems.add(`console error: ${message.text()}`);
  });
  tab.on("pageerror", (error) => problems.add(`console error: ${error.message}`));
  tab.on("websocket", (socket) => problems.add(`request to ${socket.url()}`));
  tab.on("request", (request) => {
    const url = request.url();
    if (url.split("#")[0] !== address && !/^(data|blob):/.test(url)) {
      problems.add(`request to ${url}`);
    }
  });
  await tab.goto(address);
}

// Prints what a check found: each problem on a line, with exit code 1, or the summary.
async function report(check, problems, failed, summary) {
  try {
    await check();
  } catch (error) {
    problems.add(`${failed}: ${error.message}`);
  }
  if (problems.size > 0) {
    console.log([...problems].join("\n"));
    process.exitCode = 1;
    return;
  }
  console.log(summary());
}

module.exports = { openOffline, report, withTab };
