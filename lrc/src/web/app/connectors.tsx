import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { DashboardConnector } from "../page/page-state.ts";
import { Panel } from "./panel.tsx";
import { notice, perform } from "./store.ts";

/** Models in the order in which they are asked. They are moved by dragging, or with the arrows beside them. */
export function Connectors({
  connectors,
  providers,
}: {
  readonly connectors: readonly DashboardConnector[];
  readonly providers: readonly string[];
}): JSX.Element {
  const dragged = useRef<string>(undefined);
  const names = connectors.map(({ name }) => name);
  const place = (name: string, at: number): void => {
    // The arrow at either end stays where the keyboard is, and does nothing.
    if (at < 0 || at >= names.length) return;
    const others = names.filter((other) => other !== name);
    void perform("connectors-order", { names: others.toSpliced(at, 0, name) }, `${name} is number ${at + 1}.`);
  };
  const test = (name: string): void => {
    // A model that is far away, or gone, takes its time.
    notice.value = { text: `Asking ${name}…`, isError: false };
    void perform("connectors-test", { name }, `${name} answers.`);
  };
  return (
    <Panel title="Connectors" empty="" isEmpty={false}>
      {connectors.length === 0 ? <p class="quiet">No model is asked; the offline rules need none.</p> : null}
      <ol class="connectors">
        {connectors.map(({ name, detail }, index) => (
          <li
            key={name}
            draggable
            onDragStart={() => {
              dragged.current = name;
            }}
            onDragOver={(event) => event.preventDefault()}
            onDrop={(event) => {
              event.preventDefault();
              if (dragged.current !== undefined && dragged.current !== name) place(dragged.current, index);
            }}
          >
            <span class="grow">
              <strong>{name}</strong> <span class="quiet">{detail}</span>
            </span>
            <button type="button" aria-label={`Move ${name} up`} aria-disabled={index === 0} onClick={() => place(name, index - 1)}>
              ↑
            </button>
            <button
              type="button"
              aria-label={`Move ${name} down`}
              aria-disabled={index === names.length - 1}
              onClick={() => place(name, index + 1)}
            >
              ↓
            </button>
            <button type="button" aria-label={`Test ${name}`} onClick={() => test(name)}>
              Test
            </button>
            <button
              type="button"
              class="danger"
              aria-label={`Remove ${name}`}
              onClick={() => void perform("connectors-remove", { name }, `${name} is removed.`)}
            >
              Remove
            </button>
          </li>
        ))}
      </ol>
      {providers.length === 0 ? null : <AddConnector providers={providers} />}
    </Panel>
  );
}

function AddConnector({ providers }: { readonly providers: readonly string[] }): JSX.Element {
  const [provider, setProvider] = useState(providers[0] ?? "");
  const [fields, setFields] = useState<Readonly<Record<string, string>>>({});
  const submit = (event: Event): void => {
    event.preventDefault();
    void perform("connectors-add", { provider, ...fields }, `${fields.name || provider} is added.`);
  };
  const field = (name: string, label: string): JSX.Element => (
    <label>
      {label}
      <input
        type="text"
        autocomplete="off"
        value={fields[name] ?? ""}
        onInput={(event) => setFields({ ...fields, [name]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <details class="fold">
      <summary>Add a connector</summary>
      <form class="add" onSubmit={submit}>
        <label>
          Provider{" "}
          <select value={provider} onChange={(event) => setProvider(event.currentTarget.value)}>
            {providers.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {field("name", "Name (empty: as the provider)")}
        {field("model", "Model")}
        {field("baseUrl", "Base URL (only where it is not the provider's own)")}
        {field("keyVariable", "Environment variable that holds the key")}
        <button type="submit">Add</button>
      </form>
    </details>
  );
}
