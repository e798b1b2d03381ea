import { describe, expect, it } from "vitest";
import { formatIscsiConfiguration } from "./formatter.ts";

function formatted(content: string): string {
  const outcome = formatIscsiConfiguration(content);
  if ("errors" in outcome) throw new Error(outcome.errors[0]?.message);
  return outcome.formatted;
}

const untidy = `# Storage of the
#   second floor


# and this one
t0 { # soon replaced
targetname="iqn.2012-06.com.example:target0"; # where mail is
   # its portals
   TARGETADDRESS
     = # odd place
     10.0.0.1


  # who we are

  chapIName = me ; chapSecret = "with blanks"
  nosuchkey = 1

  # nothing more
} # t0
"t 1" {
# empty
}
# the end`;

const tidy = `# Storage of the
#   second floor

# and this one
t0 { # soon replaced
	TargetName    = iqn.2012-06.com.example:target0 # where mail is
	# its portals
	# odd place
	TargetAddress = 10.0.0.1

	# who we are

	chapIName     = me
	chapSecret    = "with blanks"
	nosuchkey     = 1

	# nothing more
} # t0

"t 1" {
	# empty
}

# the end
`;

describe("a formatted iscsi.conf", () => {
  it("has one entry a line, and its comments where they belong", () => {
    expect(formatted(untidy)).toBe(tidy);
    expect(formatted(tidy)).toBe(tidy);
    expect(formatted(untidy.replaceAll("\n", "\r\n"))).toBe(tidy);
  });

  it("is as empty as it was", () => {
    expect(formatted("")).toBe("");
    expect(formatted("\n\n# only this\n")).toBe("# only this\n");
  });

  it("is not made of a file that cannot be parsed", () => {
    expect(formatIscsiConfiguration("t {\n a b\n}")).toMatchObject({ errors: [{ line: 2, column: 4 }] });
  });
});
