// Gives Node a document, for tests that render: import it before anything of React. What Node has itself (fetch,
// AbortController, Request and more) stays Node's, so that requests are real ones.
import { Window } from "happy-dom";

const window = new Window({ url: "http://host.example/listings/7" });
for (const name of Object.getOwnPropertyNames(window)) {
  if (name in globalThis) continue;
  const value: unknown = Reflect.get(window, name);
  const isMethod = typeof value === "function" && !/^[A-Z]/.test(name);
  Object.defineProperty(globalThis, name, {
    value: isMethod ? value.bind(window) : value,
    configurable: true,
    writable: true,
  });
}
Object.defineProperty(globalThis, "window", { value: window, configurable: true });
Object.defineProperty(globalThis, "IS_REACT_ACT_ENVIRONMENT", { value: true, writable: true });

// Node says of itself that it is "node", and collecting would take it for a bot.
const nodeFetch = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const request = new Request(input, init);
  request.headers.set("user-agent", window.navigator.userAgent);
  return nodeFetch(request);
};
