import { render } from "preact";
import { App } from "./app.tsx";
import { enter, listen } from "./connection.ts";
import { applyUpdate, ended, page } from "./store.ts";
import "./base.css";
import "./style.css";

const root = document.getElementById("page");
if (root !== null) render(<App />, root);

if (await enter()) {
  await listen({
    onState: (state) => {
      page.value = state;
    },
    onUpdate: applyUpdate,
    onEnd: (reason) => {
      ended.value = reason;
    },
  });
} else ended.value = "refused";
