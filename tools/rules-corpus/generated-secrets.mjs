// lrc-ignore-file secret/password: passwords that nothing opens, to ask the rules about.
/**
 * Some thousand lines in which a secret is written down, and as many that only look like it: names, syntaxes and values are put together at random
 * from a seed, so nothing here looks like a key until it is run.
 */

const lower = "abcdefghijklmnopqrstuvwxyz";
const upper = lower.toUpperCase();
const digits = "0123456789";
const hex = "0123456789abcdef";
const marks = "!@#%&*+-=?^_";

const passwordNames = [
  ..."password passwd pwd pass passphrase db_password DB_PASS dbPassword MYSQL_ROOT_PASSWORD redisPassword".split(" "),
  ..."adminPassword SMTP_PASSWORD spring.datasource.password ftp_pass keystorePassword ssl-key-password".split(" "),
  ..."userPasswd rootPwd default_password LDAP_BIND_PASSWORD".split(" "),
];
const keyNames = [
  ..."secret SECRET_KEY client_secret clientSecret api_key apiKey API-KEY apikey access_key accessToken".split(" "),
  ..."auth_token AUTH_KEY token session_secret jwtSecret JWT_SECRET encryptionKey signing_key private_key".split(" "),
  ..."aws_secret_access_key GITHUB_TOKEN stripeKey webhook_secret password_salt hmac_key cookieSecret".split(" "),
  ..."consumerSecret storageAccountKey DD_API_KEY app_secret bearerToken license_key refresh_token secretToken".split(" "),
];
const words = "admin shop blue river winter office dragon silver summer welcome backup master system server".split(" ");

/** Where a name and a value meet, and in which file. N is the name, V the value. @type {readonly (readonly [path: string, line: string])[]} */
const places = [
  ["app/.env", "N=V"],
  ["app/.env", 'N="V"'],
  ["app/setup.sh", "export N=V"],
  ["app/setup.sh", "export N='V'"],
  ["app/values.yaml", "  N: V"],
  ["app/values.yaml", '  N: "V"'],
  ["app/values.yaml", "  - N=V"],
  ["app/values.yaml", "N: V # for now"],
  ["app/config.json", '  "N": "V",'],
  ["app/config.toml", 'N = "V"'],
  ["app/config.ini", "N = V"],
  ["app/app.properties", "N=V"],
  ["app/app.properties", "N: V"],
  ["app/web.config", '<add key="N" value="V" />'],
  ["app/beans.xml", '<property name="N" value="V"/>'],
  ["app/beans.xml", '<bean N="V"/>'],
  ["app/pom.xml", "<N>V</N>"],
  ["app/strings.xml", '<string name="N">V</string>'],
  ["app/Dockerfile", "ENV N=V"],
  ["app/Dockerfile", "ENV N V"],
  ["app/Dockerfile", "ARG N=V"],
  ["app/compose.yml", "      N: V"],
  ["app/main.tf", '  N = "V"'],
  ["app/main.go", 'N := "V"'],
  ["app/main.go", 'const N = "V"'],
  ["app/main.go", 'var N string = "V"'],
  ["app/main.go", '\tN: "V",'],
  ["app/main.go", "\tN: `V`,"],
  ["app/Main.java", 'String N = "V";'],
  ["app/Main.java", 'private static final String N = "V";'],
  ["app/Main.java", 'props.put("N", "V");'],
  ["app/Main.java", 'props.setProperty("N", "V");'],
  ["app/Main.java", 'if (N.equals("V")) {'],
  ["app/Main.java", 'if ("V".equals(N)) {'],
  ["app/Main.java", '@Value("\x24{N:V}")'],
  ["app/Program.cs", 'string N = "V";'],
  ["app/Program.cs", 'public string N { get; set; } = "V";'],
  ["app/Program.cs", 'var N = @"V";'],
  ["app/Program.cs", 'N = "V",'],
  ["app/index.php", "$N = 'V';"],
  ["app/index.php", "'N' => 'V',"],
  ["app/index.php", "define('N', 'V');"],
  ["app/index.php", "$config['N'] = 'V';"],
  ["app/app.rb", "N = 'V'"],
  ["app/app.rb", "N: 'V',"],
  ["app/app.rb", ":N => 'V'"],
  ["app/app.rb", "ENV['N'] ||= 'V'"],
  ["app/app.py", 'N = "V"'],
  ["app/app.py", "N='V',"],
  ["app/app.py", "connect(host='db', N='V')"],
  ["app/app.py", 'config["N"] = "V"'],
  ["app/app.py", 'os.environ["N"] = "V"'],
  ["app/app.py", 'N = os.getenv("N", "V")'],
  ["app/app.py", 'def connect(self, host, N="V"):'],
  ["app/app.py", 'if N == "V":'],
  ["app/app.py", 'N: str = "V"'],
  ["app/app.py", "N = b'V'"],
  ["app/app.js", "const N = 'V';"],
  ["app/app.js", "let N = `V`;"],
  ["app/app.js", "N: 'V',"],
  ["app/app.js", "module.exports.N = 'V'"],
  ["app/app.js", 'const N = process.env.N || "V";'],
  ["app/app.js", "if (N === 'V') {"],
  ["app/app.ts", 'private readonly N: string = "V";'],
  ["app/App.swift", 'let N = "V"'],
  ["app/App.swift", 'static let N: String = "V"'],
  ["app/App.kt", 'val N = "V"'],
  ["app/App.kt", 'const val N: String = "V"'],
  ["app/main.rs", 'let N = "V";'],
  ["app/main.rs", 'const N: &str = "V";'],
  ["app/main.c", '#define N "V"'],
  ["app/main.c", 'char N[] = "V";'],
  ["app/main.cpp", 'const char* N = "V";'],
  ["app/App.m", 'NSString *N = @"V";'],
  ["app/build.gradle", 'N "V"'],
  ["app/build.gradle", "N = 'V'"],
  ["app/app.scala", 'val N = "V"'],
  ["app/app.lua", 'local N = "V"'],
  ["app/app.pl", "my $N = 'V';"],
  ["app/app.ps1", '$N = "V"'],
  ["app/run.sh", "./run --N=V"],
  ["app/run.sh", "./run --N V"],
  ["app/run.sh", "docker run -e N=V image"],
  ["app/run.bat", "set N=V"],
  ["app/secret.yaml", '  N: "V"'],
  ["app/notes.log", "connecting with N=V"],
  ["app/Cfg.java", 'setN("V");'],
];

/** Whole lines with a password of their own syntax; V is the value. @type {readonly (readonly [path: string, line: string])[]} */
const whole = [
  ["app/app.py", 'url = "postgres://shop:V@db.shop.internal:5432/shop"'],
  ["app/app.properties", "spring.datasource.url=jdbc:mysql://db.shop.internal/shop?user=shop&password=V"],
  ["app/web.config", 'connectionString="Server=db01;Database=shop;User Id=shop;Password=V;"'],
  ["app/Program.cs", 'var c = "Data Source=db01;Initial Catalog=shop;User ID=shop;Pwd=V";'],
  ["app/init.sql", "CREATE USER 'shop'@'%' IDENTIFIED BY 'V';"],
  ["app/init.sql", "ALTER USER shop WITH PASSWORD 'V';"],
  ["app/.netrc", "machine git.shop.internal login shop password V"],
  ["app/.pgpass", "db.shop.internal:5432:shop:shop:V"],
  ["app/run.sh", "curl -u shop:V https://api.shop.internal/"],
  ["app/run.sh", "mysql -u root -pV shop"],
  ["app/run.sh", "sshpass -p 'V' ssh shop@host"],
  ["app/run.sh", "PGPASSWORD=V psql -h db01"],
  ["app/run.sh", "wget --http-password=V https://files.shop.internal/"],
  ["app/pip.conf", "index-url = https://shop:V@pypi.shop.internal/simple"],
  ["app/app.go", 'db, err := sql.Open("mysql", "shop:V@tcp(db01:3306)/shop")'],
];
/** The same for keys. @type {readonly (readonly [path: string, line: string])[]} */
const keyPlaces = [
  ["app/.npmrc", "//registry.npmjs.org/:_authToken=V"],
  ["app/app.js", 'headers: { Authorization: "Bearer V" },'],
  ["app/run.sh", "curl -H 'Authorization: Bearer V' https://api.shop.internal/"],
  ["app/run.sh", 'curl -H "X-Api-Key: V" https://api.shop.internal/'],
  ["app/app.py", 'requests.get(url, headers={"Authorization": "token V"})'],
  ["app/app.js", 'fetch("https://api.shop.internal/v1?api_key=V")'],
];

/** Values under names of secrets that are none. */
const notSecrets = [
  ..."password changeme \x24{DB_PASSWORD} {{ .Values.password }} <your-password> $PASSWORD your_api_key_here xxxxxxxx ******** null".split(
    / (?![.}]|Values)/,
  ),
  ..."true example test-password REPLACE_ME %PASSWORD% #{secret} vault:secret/data/shop#key @Microsoft.KeyVault(SecretUri=x)".split(" "),
  ..."my-secret-name user.password.label current-password enterPassword passwordField /run/secrets/db_password".split(" "),
  ..."https://login.shop.internal/token arn:aws:secretsmanager:eu-west-1:secret:shop secretRef string required hidden".split(" "),
  ..."DATABASE_PASSWORD default undefined none secret token todo [REDACTED] ... to-be-filled-in ~/.ssh/id_rsa".split(" "),
];
/** Lines of code in which something called a secret gets no text of its own. @type {readonly (readonly [path: string, line: string])[]} */
const codeLines = [
  ["app/app.js", "const N = process.env.N;"],
  ["app/app.js", "const N = config.get('N');"],
  ["app/app.js", "this.N = N;"],
  ["app/app.js", "N: req.body.N,"],
  ["app/app.js", "const label = 'Enter your N:';"],
  ["app/app.js", "if (N === '') throw new Error('N is missing');"],
  ["app/app.js", "const NField = document.getElementById('N-input');"],
  ["app/app.py", 'N = os.environ["N"]'],
  ["app/app.py", "N = get_secret('shop/N')"],
  ["app/app.py", 'N = f"{prefix}-{suffix}"'],
  ["app/app.py", "N = forms.CharField(label='N')"],
  ["app/app.py", "self.N = kwargs.pop('N')"],
  ["app/app.py", "logger.info('N: %s', masked)"],
  ["app/main.go", 'N := os.Getenv("N")'],
  ["app/main.go", "N: cfg.N,"],
  ["app/main.go", 'flag.StringVar(&N, "N", "", "the N of the user")'],
  ["app/main.go", 'return errors.New("N is wrong")'],
  ["app/Main.java", 'String N = System.getenv("N");'],
  ["app/Main.java", "private String N;"],
  ["app/Main.java", 'String N = request.getParameter("N");'],
  ["app/Program.cs", 'var N = Configuration["Shop:N"];'],
  ["app/index.php", "$N = $_POST['N'];"],
  ["app/index.php", "'N' => env('N'),"],
  ["app/app.rb", "N = ENV.fetch('N')"],
  ["app/main.tf", "  N = var.N"],
  ["app/main.tf", "  N = data.vault_generic_secret.shop.data"],
  ["app/values.yaml", "  N: !Ref ShopN"],
  ["app/values.yaml", "  N:"],
  ["app/run.sh", 'export N="$(cat /run/secrets/N)"'],
  ["app/run.sh", "./run --N=$N"],
  ["app/Dockerfile", "ARG N"],
  ["app/app.ts", "N: z.string().min(8),"],
  ["app/app.ts", "interface Login { N: string; }"],
  ["app/locale.json", '"N": "Please enter the N of your account",'],
];
/** Random texts that open nothing; H is a hash, U a UUID, B a piece of base64. @type {readonly (readonly [path: string, line: string])[]} */
const harmless = [
  ["app/lock.json", '  "integrity": "sha512-B==",'],
  ["app/pom.xml", "<checksum>H</checksum>"],
  ["app/main.py", 'COMMIT = "H"'],
  ["app/main.py", 'expected_sha256 = "H"'],
  ["app/main.js", "const etag = 'H';"],
  ["app/main.js", "const requestId = 'U';"],
  ["app/main.cs", '[Guid("U")]'],
  ["app/project.sln", "Project = {U}"],
  ["app/values.yaml", "  image: shop@sha256:H"],
  ["app/values.yaml", "tenant_id: U"],
  ["app/index.html", '<script src="app.js" integrity="sha384-B"></script>'],
  ["app/main.go", 'revision := "H"'],
  ["app/main.go", 'const publicKey = "B"'],
  ["app/style.css", "background: url(data:image/png;base64,B);"],
  ["app/main.py", "uses: actions/checkout@H"],
  ["app/main.js", "const cacheKey = 'user-profile-settings';"],
  ["app/main.js", "foreignKey: 'customer_address_id',"],
  ["app/main.js", "key: 'navigation.sidebar.title',"],
];

/** @param {number} seed @returns {Iterable<import("./secret-corpora.mjs").SecretSample>} */
export function* generatedSecrets(seed) {
  const random = randomFrom(seed);
  const pick = (/** @type {ArrayLike<any>} */ from) => from[Math.floor(random() * from.length)];
  const text = (/** @type {string} */ from, /** @type {number} */ length) => Array.from({ length }, () => pick(from)).join("");
  const key = () => {
    const kind = Math.floor(random() * 4);
    if (kind === 0) return text(hex, pick([32, 40, 64]));
    if (kind === 1) return text(lower + upper + digits, 20 + Math.floor(random() * 40));
    if (kind === 2) return `${text(`${lower + upper + digits}+/`, 42)}==`;
    return text(`${lower + upper + digits}_-`, 24 + Math.floor(random() * 20));
  };
  const typed = () => {
    const kind = Math.floor(random() * 4);
    if (kind === 0) return `${pick(words)}${text(digits, 1 + Math.floor(random() * 4))}`;
    if (kind === 1) return `${pick(words)[0]?.toUpperCase()}${text(lower, 5)}${pick("!@#")}${text(digits, 2)}`;
    if (kind === 2) return `${pick(words)}${pick(["!", "@", "_", "-"])}${text(lower + digits, 4)}${pick(digits)}`;
    return text(lower + upper + digits + marks.replace(/[#%&=?@]/g, ""), 9 + Math.floor(random() * 8));
  };
  for (let round = 0; round < 24; round += 1) {
    for (const [path, line] of places) {
      const isPassword = random() < 0.5;
      const name = nameFor(path, line, pick(isPassword ? passwordNames : keyNames));
      yield sample(path, filled(line, name, isPassword && random() < 0.7 ? typed() : key()), true);
      const other = nameFor(path, line, pick(random() < 0.5 ? passwordNames : keyNames));
      if (round % 2 === 0) yield sample(path, filled(line, other, pick(notSecrets)), false);
    }
    for (const [path, line] of whole) yield sample(path, filled(line, "", typed().replace(/[^\w!-]/g, "x")), true);
    for (const [path, line] of keyPlaces) yield sample(path, filled(line, "", key().replace(/[+/]/g, "x")), true);
    for (const [path, line] of whole)
      yield sample(path, filled(line, "", pick(["\x24{PASSWORD}", "<password>", "$PASSWORD", "{{ password }}", "xxxxx"])), false);
    for (const [path, line] of codeLines)
      yield sample(path, filled(line, nameFor(path, line, pick([...passwordNames, ...keyNames])), ""), false);
    for (const [path, line] of harmless)
      yield sample(
        path,
        line
          .replace(/\bH\b/, text(hex, pick([40, 64])))
          .replace(/\bU\b/, [8, 4, 4, 4, 12].map((length) => text(hex, length)).join("-"))
          .replace(/\bB\b/, text(lower + upper + digits, 60)),
        false,
      );
  }
}

/** @param {string} line @param {string} name @param {string} value */
function filled(line, name, value) {
  return line.replace(/\bN\b|(?<=\bset|\bShop)N\b|\bN(?=Field)/g, name).replace(/\bV\b|(?<=-p)V\b/g, () => value);
}

/** Names as they can stand in a place: no dots or dashes in what a language takes for one word. @param {string} path @param {string} line @param {string} name */
function nameFor(path, line, name) {
  if (/<N>/.test(line)) return name.replace(/[.-]/g, "_");
  if (/setN\(/.test(line)) return name.replace(/(?:^|[._-])(\w)/g, (_, letter) => letter.toUpperCase());
  return /\.(?:properties|ya?ml|json|env|ini|config|xml|log)$/.test(path) || /["']N["']|--N/.test(line) ? name : name.replace(/[.-]/g, "_");
}

/** @param {string} path @param {string} line @param {boolean} isSecret */
function sample(path, line, isSecret) {
  return { path, text: `${line}\n`, isSecret, source: line };
}

/** Mulberry32. @param {number} seed */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
