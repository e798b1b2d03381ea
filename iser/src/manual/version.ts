/** The version of the package, as package.json has it: that of all its programs. */
export const version = "0.1.0";
