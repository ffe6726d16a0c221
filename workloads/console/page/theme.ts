/** Light or dark: the system's choice until the user makes one. */
const KEY = "theme";
type Theme = "auto" | "light" | "dark";
const ORDER: Theme[] = ["auto", "light", "dark"];

export const theme = (): Theme => ORDER.find((name) => name === localStorage.getItem(KEY)) ?? "auto";

export function applyTheme(): void {
  const chosen = theme();
  document.documentElement.style.colorScheme = chosen === "auto" ? "light dark" : chosen;
  colors.clear();
}

export function nextTheme(): void {
  localStorage.setItem(KEY, ORDER[(ORDER.indexOf(theme()) + 1) % ORDER.length]!);
  applyTheme();
}

const probe = document.createElement("i");
probe.hidden = true;
const colors = new Map<string, string>();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => colors.clear());

/** A colour of the style sheet as the canvas needs it. */
export function color(name: string): string {
  let value = colors.get(name);
  if (value === undefined) {
    if (!probe.isConnected) document.body.append(probe);
    probe.style.color = `var(--${name})`;
    value = getComputedStyle(probe).color;
    colors.set(name, value);
  }
  return value;
}
