import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";

/** The commands that the documentation tells people to run. */
interface Command {
  /** The page, from the repository's root. */
  page: string;
  /** One shell command, without its comment; a here-document is part of it. */
  text: string;
}

const root = join(import.meta.dirname, "../..");
const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  ...["operator", "stack"].map((name) => `charts/telemetry-${name}/README.md`),
];
/** Fences of these languages hold something else. */
const OTHER = /^```(?=[a-z])(?!sh|bash|console)/;
const PROGRAM = /^(source|telemetry-operator|make|kubectl|helm|npx|npm|node|kind|git|curl|docker|sha256sum|psql) /;

/** The commands in the fences of a page. */
export function commandsIn(page: string, markdown: string): Command[] {
  const found: Command[] = [];
  let fence: string | undefined;
  let open: {text: string; until: RegExp} | undefined;
  for (const line of markdown.split("\n")) {
    if (line.trimStart().startsWith("```")) fence = fence === undefined ? line.trim() : undefined;
    else if (fence === undefined || OTHER.test(fence)) continue;
    else if (open) {
      open.text += `\n${line.trim() === line ? line : line.replace(/^ {2}/, "")}`;
      if (open.until.test(line)) found.push({page, text: open.text});
      if (open.until.test(line)) open = undefined;
    } else if (PROGRAM.test(line.trim())) {
      const text = line.trim().replace(/\s+# .*$/, "");
      const heredoc = /<<-?'?(\w+)'?/.exec(text)?.[1];
      if (heredoc) open = {text, until: new RegExp(`^\\s*${heredoc}$`)};
      else if (text.endsWith("\\")) open = {text, until: /[^\\]$/};
      else found.push({page, text});
    }
  }
  return found;
}

/** Those of every page. */
export function commands(): Command[] {
  const docs = readdirSync(join(root, "docs"), {recursive: true, encoding: "utf8"}).filter((file) =>
    file.endsWith(".md"),
  );
  const pages = [...PAGES, ...docs.sort().map((file) => join("docs", file))];
  return pages.flatMap((page) => commandsIn(page, readFileSync(join(root, page), "utf8")));
}
