// Makes the console's bundle: styles and scripts from this folder and from npm, each with a name
// that changes with its content and a brotli form made ahead. Output: ../bundle and its list.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "bundle");
const modules = join(here, "node_modules");

const style = sass.compile(join(here, "style.scss"), {
  loadPaths: [join(modules, "nhsuk-frontend", "dist")],
  style: "compressed",
  quietDeps: true,
  logger: sass.Logger.silent,
}).css;
// A page must never ask another host for anything: fonts are the reader's own.
if (/@font-face|https?:\/\/(?!www\.w3\.org)/.test(style)) {
  throw new Error("the style asks another host for something: see style.scss");
}

const script = (name) =>
  esbuild.buildSync({
    entryPoints: [join(here, name)],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: ["chrome109", "firefox115", "safari16"],
    legalComments: "none",
    loader: { ".css": "empty" },
  }).outputFiles[0].text;

const files = {
  "style.css": style,
  "app.js": script("app.js"),
  "htmx.js": readFileSync(join(modules, "htmx.org", "dist", "htmx.min.js"), "utf8"),
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const list = [];
for (const [name, text] of Object.entries(files)) {
  const bytes = Buffer.from(text);
  const mark = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const named = name.replace(/\.(\w+)$/, `-${mark}.$1`);
  const packed = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  writeFileSync(join(out, named), bytes);
  writeFileSync(join(out, `${named}.br`), packed);
  list.push(`${name} ${named}`);
  console.error(`${named}: ${bytes.length} bytes, ${packed.length} packed`);
}
writeFileSync(join(out, "list"), `${list.join("\n")}\n`);
