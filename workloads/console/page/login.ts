/** Sends the token of the form, or of the URL's fragment (which no server and no log ever sees). */
const form = document.querySelector("form")!;
const field = form.querySelector<HTMLInputElement>("#token")!;
const problem = form.querySelector("#problem")!;

async function signIn(token: string) {
  const response = await fetch("/login", {method: "POST", body: token}).catch(() => undefined);
  if (response?.ok) location.replace("/");
  else
    problem.textContent =
      response?.status === 401 ? "This is not the console's token." : "The console does not answer.";
  field.select();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  problem.textContent = "";
  void signIn(field.value);
});

field.focus();
const fragment = new URLSearchParams(location.hash.slice(1)).get("token");
if (fragment) {
  history.replaceState(null, "", "/login");
  void signIn(fragment);
}
