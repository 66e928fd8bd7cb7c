// Asks the browser for a security key, and sends the answer with the form that has the question (WebAuthn, level 3).
"use strict";

function bytes(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function known(list) {
  return (list || []).map((key) => ({ ...key, id: bytes(key.id) }));
}

// A question with a `user` makes a new key known, one without is answered by a known one.
async function ask(question) {
  const options = { ...question, challenge: bytes(question.challenge) };
  if (question.user) {
    options.user = { ...question.user, id: bytes(question.user.id) };
    options.excludeCredentials = known(question.excludeCredentials);
    return navigator.credentials.create({ publicKey: options });
  }
  options.allowCredentials = known(question.allowCredentials);
  return navigator.credentials.get({ publicKey: options });
}

function written(key) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (key.response[name]) response[name] = text(key.response[name]);
  }
  return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response, clientExtensionResults: {} });
}

for (const form of document.querySelectorAll("form[data-key]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const fault = form.querySelector(".errornote");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fault.hidden = true;
    try {
      form.elements.credential.value = written(await ask(JSON.parse(form.dataset.key)));
      form.submit();
    } catch {
      fault.hidden = false;
    }
  });
}
