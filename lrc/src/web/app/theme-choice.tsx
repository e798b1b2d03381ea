import type { JSX } from "preact";

/** Light on dark, dark on light, or as the system has it. */
export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export function ThemeChoice(props: { readonly chosen: Theme; readonly onChoose: (theme: Theme) => void }): JSX.Element {
  return (
    <label class="theme">
      Theme{" "}
      <select
        value={props.chosen}
        onChange={(event) => {
          props.onChoose(event.currentTarget.value as Theme);
        }}
      >
        {themes.map((theme) => (
          <option key={theme} value={theme}>
            {theme}
          </option>
        ))}
      </select>
    </label>
  );
}
