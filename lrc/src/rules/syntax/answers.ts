import { verbose } from "../text/index.ts";

/** Functions by their names: what their answer has to do with what they were given. */

/** What hands on what it was given, changed or not, and adds nothing that is not known. */
export const passing = verbose`
  ^(?:
    toString | trim | strip | toLowerCase | toUpperCase | lower | upper | substring | substr | slice | concat
    | replace | replaceAll | replaceFirst | format | valueOf | join | split | getBytes | toCharArray | intern | append
    | insert | sprintf | Sprintf | Sprint | Join | TrimSpace | Trim | ToLower | ToUpper | Replace | String | str
    | StringBuilder | StringBuffer | Buffer | from | bytes | encode | decode | byte | unicode | repeat | concat
    | asList | of | toArray | stringify | get | nextElement | next | Fields | Split | toHexString | toBinaryString
    | toOctalString
  )$
`;
/** What answers with a number, or with yes or no. */
export const measuring = verbose`
  ^(?:
    indexOf | lastIndexOf | contains | containsKey | startsWith | endsWith | startswith | endswith | equals
    | equalsIgnoreCase | isEmpty | hashCode | compareTo | length | hasNext | hasMoreElements | HasPrefix | HasSuffix
    | codePointAt | charCodeAt
  )$
`;
/** What answers with something else than what it was asked about. */
export const answering = verbose`
  ^(?:
    indexOf | lastIndexOf | contains | containsKey | startsWith | endsWith | equals | equalsIgnoreCase | isEmpty
    | hashCode | compareTo | includes | test | size | length | has | exists | existsSync | isValid | count | len
    | strlen | matches | hasNext | hasMoreElements | HasPrefix | HasSuffix | Contains | find\w* | select\w* | query\w*
    | Query\w* | fetch\w* | load\w* | lookup\w* | execute\w* | Exec\w* | exec | save | insert\w* | update\w*
    | delete\w* | hash\w* | digest | encrypt\w* | sign | verify\w* | compare\w* | is[A-Z]\w* | check\w* | validate\w*
    | charCodeAt | codePointAt | readFile | readFileSync | readdir | readdirSync | statSync | filter_by | objects
    | first | all | Find | First | Where | xpath | search_s | search_ext_s
  )$
`;

/** What makes of a text the values that it spells. */
export const reading = /^(?:\w*json|yaml|toml|tomllib|pickle)\.(?:safe_)?loads?$/;

/** `.replace(/\.\./g, "")`, and what takes the steps up away from where a path begins. */
export const withoutDots = verbose`
  \.replace(?:All)?\(\s*\/(?:
    \^\(?(?:\\\.){2}.{0,80}\/\w{0,8}
    | .{0,80}\\\.\\\..{0,80}\/\w{0,8}g\w{0,8}
    | \[\^[^\]]{0,80}\][+*]?\/\w{0,8}g\w{0,8}
  )\s{0,9},
`;

/** What answers with a number, or yes or no, about a text or a list of JavaScript. */
export const saying =
  /^(?:indexOf|lastIndexOf|startsWith|endsWith|includes|test|charCodeAt|codePointAt|localeCompare|every|some|findIndex|hasOwnProperty)$/;

/** What asks another server or program. */
export const fetching = verbose`
  ^(?:
    http | fasthttp | fiber | requests | httpx | urllib\.request | urllib2 | client | httpClient | http\.DefaultClient
    | restTemplate | session
  )\.(?:
    Get | Post | Head | Do | PostForm | get | post | put | head | delete | request | urlopen | getForObject
    | getForEntity | postForObject | exchange
  )$
  | \.(?:CombinedOutput|Output|check_output|communicate|openStream|openConnection)$
  | ^(?:urlopen|check_output)$ | ^(?:\w*ldap\w*|conn?|connection)\.search\w*$
`;

/** What may answer something that is not of this program. */
export const asking = verbose("i")`
  get | read | fetch | find | load | next | input | query | receive | poll | take | accept | env | param | lookup
  | select | recv | header | arg | scan | open | request | property | prompt | \bat$ | exec | run | eval | call | send
  | download | decode | pop | cookie
`;
