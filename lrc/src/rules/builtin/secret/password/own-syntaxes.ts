import { verbose } from "../../../text/index.ts";

/** A password that no name stands before, and its place in the line. */
interface Unnamed {
  readonly value: string;
  readonly index: number;
}

const quotedText = String.raw`["']([^"'\s]{4,100})["']`;
const word = String.raw`["']?([^\s"'$<>{}|;&]{4,100})`;
/** What takes a password without calling it one. Each has one group, the password. */
const syntaxes: readonly RegExp[] = [
  // SQL
  verbose("i")`
    \b(?:
      IDENTIFIED(?:[ \t]+WITH[ \t]+[\w']{1,40})?[ \t]+(?:BY|AS)
      | (?:WITH|ENCRYPTED|ROLE|USER)[ \t]+(?:\w{1,40}[ \t]+)?PASSWORD
      | PASSWORD[ \t]*(?:=|FOR[^=]{1,60}=|\()
    )[ \t]{0,9}(?:PASSWORD)?[ \t]{0,9}\(?[ \t]{0,9}'([^'\s]{4,100})'
  `,
  // .netrc
  /(?:\bmachine[ \t]+\S{1,100}|^)[ \t]+login[ \t]+\S{1,80}[ \t]+password[ \t]+([^\s"'`]{4,100})/,
  /<input\b[^>]{0,200}\btype=["']password["'][^>]{0,200}\bvalue=["']([^"'\s{}$<>]{4,100})["']/i,
  // Programs on a command line
  verbose`
    \b(?:
      curl | http | https | wget | aria2c | lftp | smbclient | mount
    )\b.{0,300}?[ \t](?:-u|--user|--proxy-user|-U|-a|--auth)[ =]["']?[^\s:"'$]{1,60}[:%]([^\s"'$<>{}]{4,100})
  `,
  /^[ \t]{0,20}(?:-u|--user)[ =]["']?[^\s:"'$]{1,60}:([^\s"'$<>{}]{4,100})/,
  new RegExp(String.raw`\b(?:mysql|mysqldump|mysqladmin|mariadb)\b.{0,200}?[ \t]-p${word}`),
  new RegExp(String.raw`\b(?:sshpass|plink|pscp|putty)\b.{0,100}?[ \t](?:-p|-pw)[ \t]*${word}`),
  new RegExp(String.raw`\bdocker[ \t]+login\b.{0,200}?[ \t](?:-p|--password)[ =]${word}`),
  new RegExp(
    String.raw`\b(?:redis-cli\b.{0,100}?[ \t]-a|ldap(?:search|modify|add|delete)\b.{0,200}?[ \t]-w|(?:un)?zip\b.{0,60}?[ \t]-P|7z\b.{0,60}?[ \t]-p|mongo(?:sh|dump|import)?\b.{0,200}?[ \t]-p|sqlcmd\b.{0,200}?[ \t]-P|bcp\b.{0,200}?[ \t]-P|gpg\b.{0,100}?--passphrase)[ \t]+${word}`,
  ),
  new RegExp(String.raw`\bpsexec\b.{0,200}?[ \t]-p[ \t]+${word}`, "i"),
  new RegExp(String.raw`[ \t]-(?:storepass|keypass|srcstorepass|deststorepass|srckeypass|destkeypass)[ \t]+${word}`),
  /[ \t]-pass(?:in|out)[ \t]+["']?pass:([^\s"'$]{4,100})/,
  /\brabbitmqctl[ \t]+(?:add_user|change_password)[ \t]+\S{1,60}[ \t]+["']?([^\s"'$<>{}]{4,100})/,
  /\bhtpasswd\b[ \t]+-\w{0,6}b\w{0,6}[ \t]+\S{1,100}[ \t]+\S{1,60}[ \t]+["']?([^\s"'$]{4,100})/,
  /\bnet[ \t]+user[ \t]+\S{1,60}[ \t]+(?!\/)([^\s"'%$/]{4,100})/i,
  /\bnet[ \t]+use\b.{0,120}?\/user:\S{1,60}[ \t]+(?!\/)([^\s"'%$/]{4,100})/i,
  /\becho[ \t]+["']?[\w.-]{1,40}:([^\s"'$|]{4,100})["']?[ \t]*\|[ \t]*(?:sudo[ \t]+)?chpasswd/,
  /\becho[ \t]+["']?([^\s"'$|]{4,100})["']?[ \t]*\|[ \t]*(?:sudo[ \t]+-S|docker[ \t]+login|passwd[ \t]+--stdin|kinit)/,
  /\bsqlplus\b.{0,60}?[ \t][\w.]{1,40}\/([^\s"'@$/]{4,100})@/,
  // Servers and routers
  /^[ \t]*(?:requirepass|masterauth|bindpw|rootpw|pre-shared-key)[ \t]+["']?([^\s"'$<>{}]{4,100})/,
  /\b(?:password|secret|key)[ \t]+[0-9][ \t]+([^\s"'$<>{}]{6,100})/,
  /\bcommunity[ \t]+(?!public\b|private\b)([\w!@#%^&*-]{6,60})[ \t]+R[OW]\b/,
  // Notes
  /\b(?:password|passwort|passcode|pwd)[ \t]+is[ \t:]{1,4}["'`]?(?=[^\s"'`]*\d)(?=[^\s"'`]*[A-Za-z])([^\s"'`.,;]{6,60})/i,
  /\b(?:mnemonic|(?:seed|recovery)[ _-]?phrase|seed)\w{0,12}["']?[ \t]{0,4}[:=]{1,2}[ \t]{0,4}["'`]?((?:[a-z]{3,8} ){11,23}[a-z]{3,8})\b/i,
  // WordPress
  verbose`
    \bdefine\([ \t]*["'](?:
      SECURE_AUTH | AUTH | LOGGED_IN | NONCE | SECRET
    )_(?:KEY|SALT)["'][ \t]*,[ \t]*["'](
      (?=
        [^"']{0,100}[^\w\s][^"']{0,100}\d
        | [^"']{0,100}\d[^"']{0,100}[^\w\s]
      )[^"'\n]{30,100}
    )["']
  `,
  // Calls
  /(?:[pP]ass(?:word)?\w{0,20}|[eE]ncoder(?:\(\))?)\.(?:encode|hashpw|hash|encrypt)\([ \t]{0,4}["']([^"'\s]{4,100})["']/,
  /(?:key|store|load|pass|pwd|secret|pkcs12)[^"']{0,100}["']([^"'\s]{4,100})["']\.toCharArray\(\)/i,
  /\bcreate_(?:super)?user\([^()"']{0,40}["'][^"']{0,80}["'],[ \t]*["'][^"']{0,80}["'],[ \t]*["']([^"'\s]{4,100})["'][ \t]*[,)]/,
  verbose`
    \b(?:
      (?:py)?mysql(?:\.connector)? | MySQLdb | pymssql | psycopg2 | cx_Oracle | DBI(?=->)
    )(?:\.|->)connect\([ \t]*["'][^"']{0,200}["'],[ \t]*["'][^"']{0,80}["'],[ \t]*["']([^"'\s]{4,100})["'][ \t]*[,)]
  `,
  /(?:password|passwd|pwd)["'#)\]\w-]{0,20}\.(?:sendKeys|send_keys|type|fill|setValue|val)\([ \t]{0,4}["']([^"'\s]{4,100})["']/i,
  /\b(?:passw(?:or)?d|passwd|pwd)[ \t]{0,4}:?=[ \t]{0,4}["'][^"']{1,80}["'],[ \t]{0,4}["']([^"'\s]{4,100})["'][ \t]*;?[ \t]*$/i,
  new RegExp(
    String.raw`\b(?:HTTPBasicAuth|HttpBasicAuth|NetworkCredential|UsernamePasswordCredentials|UsernamePasswordCredential|PasswordAuthentication|UsernamePasswordAuthenticationToken|basicAuth|basic_auth|SetBasicAuth|setBasicAuth|BasicAuthentication|BasicAWSCredentials|MongoCredential|PasswordCredential|ClientSecretCredential|withCredentials|httpBasic|login|authenticate|createConnection|SmtpCredentials|simple_bind(?:_s)?|bind_s|ldap_bind)\([^()"']{0,40}["'][^"']{0,80}["'],[ \t]*(?:new[ \t]+)?${quotedText}(?:\.toCharArray\(\))?[ \t]*[,)]`,
  ),
  new RegExp(
    String.raw`\b(?:getConnection|PlainAuth|mysqli_connect|mysqli|mysql_connect|PDO|pg_connect|ftp_login|createPool)\((?:[^()"']{0,40}["'][^"']{0,200}["'],[ \t]*){1,2}${quotedText}[ \t]*[,)]`,
  ),
  new RegExp(String.raw`\bauth[ \t]?=[ \t]?\([ \t]*["'][^"']{1,80}["'],[ \t]*${quotedText}[ \t]*\)`),
  new RegExp(String.raw`\b(?:ConvertTo-SecureString)[ \t]+(?:-String[ \t]+)?${quotedText}`, "i"),
  /\bSECURITY_CREDENTIALS[ \t]{0,4},[ \t]{0,4}["']([^"'\s]{4,100})["']/,
  verbose`
    \b\w{0,20}(?:[jJ]edis|[rR]edis)\w{0,20}(?:\([^()]{0,60}\))?\.auth\([ \t]{0,4}(?:["'][^"']{1,60}["'],[ \t]{0,4})?
    ["']([^"'\s]{4,100})["'][ \t]{0,4}\)
  `,
  /\b(?:set_password|make_password)\([ \t]{0,4}["']([^"'\s]{4,100})["']/,
  verbose`
    \bMongoCredential\.create\w{0,30}Credential\([^()"']{0,40}["'][^"']{0,80}["'],[ \t]{0,4}["'][^"']{0,80}["'],
    [ \t]{0,4}["']([^"'\s]{4,100})["']
  `,
  // Names of data sources: user:password@tcp(host)
  /["'`\s=][\w.-]{1,40}:([^\s@:/"'`${}<>]{4,100})@(?:tcp|unix|udp)?\(/,
];

/** Files whose lines are made of names and passwords. */
export const ownFiles = /(?:^|\/)[._]?(netrc|pgpass|htpasswd|shadow)[^/]*$/;

/** What stands where a password does by the syntax of a command, a call or a statement. */
export function unnamedPasswordsIn(line: string, path: string, lineBefore = ""): readonly Unnamed[] {
  const found: Unnamed[] = [];
  const file = ownFiles.exec(path)?.[1];
  const more =
    file === "pgpass"
      ? [/^[^:#\s]{1,200}:(?:\d{1,5}|\*):[^:]{1,80}:[^:]{1,80}:(\S{4,100})\s*$/]
      : file === "htpasswd" || file === "shadow"
        ? [/^[\w.@-]{1,80}:([^\s:*!]{8,200})/]
        : file === "netrc" || /^[ \t]*login[ \t]+\S{1,80}[ \t]*$/.test(lineBefore.slice(-120))
          ? [/^[ \t]*password[ \t]+(\S{4,100})/]
          : [];
  for (const syntax of [...syntaxes, ...more]) {
    const match = syntax.exec(line);
    const value = match?.[1];
    if (match !== null && value !== undefined) found.push({ value, index: match.index + match[0].lastIndexOf(value) });
  }
  return found;
}

/** Cheap to ask: whether a line may have one of them. */
export const mayHaveUnnamed = verbose("i")`
  identified | passw | pwd | requirepass | masterauth | bindpw | rootpw | pre-shared | secret | key[ \t]\d | psexec
  | curl | http | wget | mysql | maria | sshpass | plink | docker | redis-cli | ldap | zip | 7z | mongo | sqlcmd | bcp
  | gpg | -(?:store|key)pass | -pass(?:in|out) | rabbitmqctl | net\ user | chpasswd | sudo | passwd | kinit | sqlplus
  | auth | credential | login | connect | PDO | securestring | @(?:tcp|unix|udp)?\( | smb | lftp | createPool
  | ^[ \t]*(?:-u|--user)[ =] | net\ use | community | mnemonic | phrase | seed | define | encode | toCharArray
  | create_(?:super)?user
`;
