import {createHash} from "node:crypto";
import {readdirSync, readFileSync} from "node:fs";
import {createRequire, stripTypeScriptTypes} from "node:module";
import {dirname, extname, join} from "node:path";
import {gzipSync} from "node:zlib";

export interface Asset {
  type: string;
  body: Buffer;
  gzip: Buffer;
  etag: string;
}

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".ts": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

const resolve = createRequire(import.meta.url).resolve;
const lit = dirname(resolve("lit-html"));
const uplot = dirname(resolve("uplot"));

/** The targets of the page's bare imports: the packages' own modules, unchanged. */
const LIBRARIES: Record<string, {file: string; as: string}> = {
  "lit-html": {file: join(lit, "../lit-html.js"), as: "lib/lit-html.js"},
  uplot: {file: join(uplot, "uPlot.esm.js"), as: "lib/uplot.js"},
};
const IMPORT_MAP = JSON.stringify({
  imports: Object.fromEntries(Object.entries(LIBRARIES).map(([name, {as}]) => [name, `/${as}`])),
});

/** Modules of api/ that the page imports: plain data and functions, without packages. */
const SHARED = ["event.ts", "geo.ts", "models.ts", "stores.ts", "track.ts"];

/** The page's empty import map, to be filled. */
const MAP_TAG = '<script type="importmap">';

/** Nothing from elsewhere, nothing inline save the import map, no frame around it. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `script-src 'self' 'sha256-${createHash("sha256").update(IMPORT_MAP).digest("base64")}'`,
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Every file of the page by its path; TypeScript without its types, as Node itself runs it. */
export function loadAssets(): Map<string, Asset> {
  const assets = new Map<string, Asset>();
  const add = (path: string, name: string, text: string) => {
    const body = Buffer.from(text);
    const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 16)}"`;
    assets.set(path, {type: TYPES[extname(name)]!, body, gzip: gzipSync(body), etag});
  };
  const page = join(import.meta.dirname, "page");
  for (const name of readdirSync(page).filter((file) => extname(file) in TYPES && !file.endsWith(".test.ts"))) {
    const text = readFileSync(join(page, name), "utf8");
    if (name.endsWith(".ts")) add(`/page/${name}`, name, stripTypeScriptTypes(text));
    else if (name.endsWith(".html")) add(`/${name}`, name, text.replace(MAP_TAG, `$&${IMPORT_MAP}`));
    else add(`/page/${name}`, name, text);
  }
  for (const name of SHARED) {
    const text = readFileSync(join(import.meta.dirname, "../../api", name), "utf8");
    add(`/api/${name}`, name, stripTypeScriptTypes(text));
  }
  for (const {file, as} of Object.values(LIBRARIES)) add(`/${as}`, as, readFileSync(file, "utf8"));
  add("/lib/world.json", "world.json", readFileSync(resolve("world-atlas/countries-50m.json"), "utf8"));
  const css = join(uplot, "uPlot.min.css");
  add("/lib/uplot.css", css, readFileSync(css, "utf8"));
  return assets;
}
