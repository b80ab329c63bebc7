// Creates a Postman collection of the document, with the emulator as its default server.
//
//     node postman.cjs OPENAPI.JSON SERVER COLLECTION.JSON

const { readFileSync, writeFileSync } = require("node:fs");
const { convertV2 } = require("openapi-to-postmanv2");

const [openapi, server, collection] = process.argv.slice(2);
const document_ = JSON.parse(readFileSync(openapi, "utf8"));
document_.servers = [{ url: server }];
const options = {
  folderStrategy: "Tags",
  parametersResolution: "Example",
  includeAuthInfoInExample: false,
};

convertV2({ type: "json", data: document_ }, options, (error, made) => {
  if (error || !made.result) {
    console.error(error?.message ?? made.reason);
    process.exitCode = 1;
    return;
  }
  const { data } = made.output[0];
  forget(data);
  data.info.version = document_.info.version;
  data.variable.push({ key: "bearerToken", value: "", description: "An access token." });
  writeFileSync(collection, JSON.stringify(data, null, 2) + "\n");
});

// The ids of the collection change with each run and are not needed. Each call needs a new MS-RequestId:
// it is the idempotency key, and a constant one would repeat the first response.
function forget(part) {
  if (Array.isArray(part)) return part.forEach(forget);
  if (part === null || typeof part !== "object") return;
  if (Array.isArray(part.item) || part.request || part.originalRequest) delete part.id;
  delete part._postman_id;
  if (part.originalRequest) part.name = [part.code, part.status].join(" ");
  for (const header of part.url ? part.header : []) {
    if (header.key === "MS-RequestId" || header.key === "MS-CorrelationId") header.value = "{{$guid}}";
  }
  for (const value of Object.values(part)) forget(value);
}
