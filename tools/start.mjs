/** `npm start`: installs and builds what is missing, then walks one block of data through everything there is. */
import { prepare } from "./prepare.mjs";

prepare();
await import("./tour/tour.mjs");
