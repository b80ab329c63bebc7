// Opens a reference page in Chromium and checks that it shows everything in the document.
//
//     node reference.cjs PAGE OPENAPI.JSON CHROMIUM EMPTY-DIRECTORY PICTURE [replace]
//
// Prints each problem on a line and exits with 1.

const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const { isDeepStrictEqual } = require("node:util");
const { pathToFileURL } = require("node:url");
const { openOffline, report, withTab } = require("./browser.cjs");
const { cutTexts } = require("./cut.cjs");
const { difference, takePicture } = require("./picture.cjs");

const [page, openapi, executablePath, profile, picture, replace] = process.argv.slice(2);
const document_ = JSON.parse(readFileSync(openapi, "utf8"));
const address = pathToFileURL(page).href;
const problems = new Set();
// The time limit for the effect of a click, in milliseconds.
const PATIENCE = 5_000;
const counts = { operations: 0, schemas: 0, examples: 0 };

const resolve = (value) =>
  value.$ref ? value.$ref.slice(2).split("/").reduce((part, key) => part[key], document_) : value;
// Normalizes a text: markup and line breaks do not matter.
const plain = (text) => text.replace(/[`*\s]+/g, " ").trim();

report(main, problems, "the page does not do what a reader wants", () => {
  const { operations: o, schemas: s, examples: e } = counts;
  return `the reference shows ${o} operations, ${s} schemas and ${e} examples, and asks for nothing`;
});

async function main() {
  const options = { offline: true, colorScheme: "light", viewport: { width: 1400, height: 900 } };
  await withTab(executablePath, profile, options, async (tab) => {
    await openOffline(tab, address, problems);
    // A page that makes requests is not checked further.
    if ([...problems].some((problem) => problem.startsWith("request to"))) return;
    await drawn(tab);
    await comparePicture(tab);
    await operations(tab);
    await schemas(tab);
    await readable(tab);
    await behaviour(tab);
  });
}

const operationId = (method, path) => `/${method.toUpperCase()}${path}`;
const schemaId = (name) => `/model/${name.toLowerCase()}`;

// The page renders its parts one by one. What is missing is reported later: the wait ends when no more
// come.
async function drawn(tab) {
  const ids = Object.keys(document_.components.schemas).map(schemaId);
  for (const [path, item] of Object.entries(document_.paths)) {
    for (const method of Object.keys(item)) {
      if (item[method].responses) ids.push(operationId(method, path));
    }
  }
  const present = (ids) => ids.filter((id) => document.querySelector(`[id$="${id}"]`)).length;
  for (let [count, since] = [0, Date.now()]; count < ids.length && Date.now() < since + 3 * PATIENCE; ) {
    await tab.evaluate(() => new Promise((next) => setTimeout(next, 100)));
    const now = await tab.evaluate(present, ids);
    if (now > count) [count, since] = [now, Date.now()];
  }
}

// The checked-in picture must show this page.
async function comparePicture(tab) {
  const now = await takePicture(tab, document_.tags[0].name);
  const found = existsSync(picture)
    ? await difference(tab, readFileSync(picture), now)
    : "it does not exist";
  if (!found) return;
  if (replace) writeFileSync(picture, now);
  const then_ = replace ? "it is replaced: look at it and commit it" : "run `cargo xtask spec pack`";
  problems.add(`spec/reference.png does not show this page (${found}); ${then_}`);
}

async function operations(tab) {
  const seen = new Set();
  for (const [path, item] of Object.entries(document_.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      if (!operation.responses) continue;
      const name = `${method.toUpperCase()} ${path}`;
      const section = tab.locator(`section[id$="${operationId(method, path)}"]`);
      const heading = section.getByRole("heading", { name: operation.summary });
      if ((await heading.count()) === 0) {
        problems.add(`operation ${name} is not there`);
        continue;
      }
      counts.operations += 1;
      await section.scrollIntoViewIfNeeded();
      await samples(section, name, operation);
      const text = plain(await section.textContent());
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
      for (const parameter of parameters.map(resolve)) {
        if (!text.includes(parameter.name)) {
          problems.add(`parameter ${parameter.name} of ${name} is not there`);
        }
      }
      for (const [status, response] of Object.entries(operation.responses)) {
        const card = section.locator(".response-card");
        const statusTab = card.getByRole("tab", { name: status });
        if (!(await comes(statusTab))) {
          problems.add(`answer ${status} of ${name} is not there`);
          continue;
        }
        // A response that operations share is checked once, since the page renders it from the same text.
        if (seen.has(response.$ref)) continue;
        if (response.$ref) seen.add(response.$ref);
        await statusTab.click();
        await examples(card, `${status} of ${name}`, resolve(response));
      }
    }
  }
}

// The page shows the first sample of the document, and none of its own.
async function samples(section, name, operation) {
  const [first] = operation["x-codeSamples"] ?? [];
  if (!first) return;
  const card = section.locator(".scalar-card").filter({ has: section.page().locator(".operation-path") });
  const shown = plain(await card.locator("pre").first().innerText().catch(() => ""));
  const line = first.source.split("\n").find((line) => line.includes("/v1/customers"));
  if (!shown.includes(plain(line))) problems.add(`sample ${first.label} of ${name} is not there`);
}

// Examples of the first media type are in a list; those of others are in the description.
async function examples(card, name, response) {
  const described = plain(await card.locator(".response-description").innerText());
  const media = Object.values(response.content ?? {});
  for (const [index, { examples }] of media.entries()) {
    for (const [key, example] of Object.entries(examples ?? {})) {
      const value = resolve(example).value;
      let there;
      if (index > 0) {
        there = described.includes(plain(value));
      } else if (Object.keys(examples).length > 1) {
        there = await chosen(card, example.summary ?? key, value);
      } else {
        there = await showsJson(card, value);
      }
      if (there) {
        counts.examples += 1;
      } else {
        problems.add(`example ${key} of ${name} is not there`);
      }
    }
  }
}

// A click while the previous list is still closing has no effect, so it is repeated.
async function chosen(card, title, value) {
  const page = card.page();
  const option = page.getByRole("option", { name: title, exact: true });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await card.getByTestId("example-picker").click();
    if (await comes(option)) {
      await option.click();
      if (await showsJson(card, value)) return true;
    } else {
      await page.keyboard.press("Escape");
    }
  }
  return false;
}

// Waits for what is rendered after a click.
const comes = (locator) => locator.waitFor({ timeout: PATIENCE }).then(() => true, () => false);

// The code is rendered after the click; a long one takes many frames on a busy machine.
async function showsJson(card, value) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
    const text = await card.locator("pre").first().innerText();
    try {
      if (isDeepStrictEqual(JSON.parse(text.replace(/\u00a0/g, " ")), value)) return true;
    } catch {
      // Not rendered yet.
    }
    await card.page().evaluate(() => new Promise(requestAnimationFrame));
  }
  return false;
}

async function schemas(tab) {
  for (const [name, schema] of Object.entries(document_.components.schemas)) {
    const heading = tab.locator(`[id$="${schemaId(name)}"]`);
    if ((await heading.count()) === 0) {
      problems.add(`schema ${name} is not there`);
      continue;
    }
    counts.schemas += 1;
    const text = plain(await heading.locator("..").textContent());
    for (const property of Object.keys(schema.properties ?? {})) {
      if (!text.includes(property)) problems.add(`property ${property} of ${name} is not there`);
    }
    for (const value of schema["x-extensible-enum"] ?? []) {
      if (!text.includes(value)) problems.add(`value ${value} of ${name} is not there`);
    }
  }
}

// Checks that nothing is cut, and that the introduction is short.
async function readable(tab) {
  for (const width of [1400, 400]) {
    await tab.setViewportSize({ width, height: 900 });
    await tab.evaluate(() => new Promise(requestAnimationFrame));
    for (const text of await cutTexts(tab)) problems.add(`cut at ${width} pixels: ${text}`);
    if (width < 1000) continue;
    const tag = tab.locator(`[id$="tag/${document_.tags[0].name}"]`).first();
    const end = await tag.evaluate((tag) => tag.getBoundingClientRect().top + window.scrollY);
    if (end > 1000) problems.add(`the introduction is ${Math.round(end)} pixels high, more than a screen`);
  }
  await tab.setViewportSize({ width: 1400, height: 900 });
}

// Checks search, dark mode and the width of a phone.
async function behaviour(tab) {
  const { summary } = Object.values(Object.values(document_.paths)[0]).find((part) => part.summary);
  await tab.getByRole("search").click();
  const dialog = tab.getByRole("dialog", { name: "Reference Search" });
  await dialog.getByRole("combobox").fill(summary);
  const found = dialog.getByRole("option", { name: new RegExp(summary) }).first();
  await found.waitFor().catch(() => problems.add(`the search does not find ${JSON.stringify(summary)}`));
  await tab.keyboard.press("Escape");

  const background = () => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await tab.emulateMedia({ colorScheme: "dark" });
  await tab.reload();
  await tab.waitForSelector("h1");
  if ((await background()) === light) problems.add("the page has no dark mode");

  await tab.setViewportSize({ width: 390, height: 844 });
  await tab.evaluate(() => new Promise(requestAnimationFrame));
  const width = await tab.evaluate(() => document.documentElement.scrollWidth);
  if (width > 390) {
    const widest = await tab.evaluate(() => {
      // What an element scrolls or hides does not make the page wider.
      const clips = (it) => it !== document.body && getComputedStyle(it).overflowX !== "visible";
      const isClipped = (it) =>
        it.parentElement && (clips(it.parentElement) || isClipped(it.parentElement));
      const all = [...document.querySelectorAll("body *")].filter((it) => !isClipped(it));
      const right = (element) => element.getBoundingClientRect().right + window.scrollX;
      const end = Math.max(...all.map(right));
      const element = all.filter((it) => right(it) > end - 1).pop();
      return `<${element.tagName.toLowerCase()}> ${element.textContent.trim().slice(0, 80)}`;
    });
    problems.add(`the page is ${width} pixels wide on a phone of 390; the widest part is ${widest}`);
  }
}
