// Uses the installed npm package as a user's program does.
//
//     node consumer.cjs NAME DIRECTORY VERSION

const assert = require("node:assert");
const { execFileSync } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { join } = require("node:path");

const [name, directory, version] = process.argv.slice(2);
const require_ = createRequire(join(directory, "program.js"));

const openapi = require_(`${name}/openapi.json`);
assert.equal(openapi.info.version, version);
assert.deepEqual(require_(name), openapi);
assert.equal(require_(`${name}/package.json`).version, version);
for (const edition of ["openapi-flat", "openapi-3.1"]) {
  assert.deepEqual(require_(`${name}/${edition}.json`).info.version, version);
}
for (const schema of Object.keys(openapi.components.schemas)) {
  assert.equal(require_(`${name}/schemas/${schema}.json`).$id, `${schema}.json`);
}
assert.ok(require_(`${name}/examples/accept-transfer-partial.json`).orders.length > 0);
for (const file of ["openapi.yaml", "openapi-flat.yaml", "examples/page-502.html", "samples/accept_transfer.py", "examples/powershell/Accept-Transfer.ps1"]) {
  assert.ok(readFileSync(require_.resolve(`${name}/${file}`), "utf8").length > 0, file);
}

const directoryOfPackage = join(directory, "node_modules", name);
for (const program of Object.values(require_(`${name}/package.json`).bin)) {
  const listed = execFileSync(process.execPath, [join(directoryOfPackage, program), "list"]);
  assert.match(listed.toString(), /^accept-complete \(outcome\): /m);
}
