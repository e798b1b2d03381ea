/**
 * Changes that no tree makes, written by hand: path, the text before, the text after. The first list takes a check away or loosens it, the second changes nothing that the code does.
 * @type {readonly (readonly [string, string, string])[]}
 */
export const writtenRemovals = [
  [
    "a.py",
    "@app.route('/admin')\n@login_required\ndef admin():\n    return page()\n",
    "@app.route('/admin')\ndef admin():\n    return page()\n",
  ],
  [
    "A.java",
    'class A {\n  @PreAuthorize("hasRole(\'ADMIN\')")\n  @PostMapping("/x")\n  void remove(long id) {\n    repo.delete(id);\n  }\n}\n',
    'class A {\n  @PostMapping("/x")\n  void remove(long id) {\n    repo.delete(id);\n  }\n}\n',
  ],
  ["a.js", "const app = express();\napp.use(helmet());\napp.use(json());\n", "const app = express();\napp.use(json());\n"],
  [
    "a.js",
    "const app = express();\napp.use(rateLimit({ windowMs: 60000, max: 100 }));\napp.post('/login', login);\n",
    "const app = express();\napp.post('/login', login);\n",
  ],
  ["a.js", "router.delete('/user/:id', requireAdmin, removeUser);\n", "router.delete('/user/:id', removeUser);\n"],
  ["a.ts", "router.post('/items', validate(itemSchema), createItem);\n", "router.post('/items', createItem);\n"],
  ["a.py", "r = requests.get(url, timeout=5)\nprint(r)\n", "r = requests.get(url)\nprint(r)\n"],
  ["a.py", "r = requests.get(url, verify=True)\nprint(r)\n", "r = requests.get(url, verify=False)\nprint(r)\n"],
  [
    "a.go",
    "package a\n\nfunc f() *tls.Config {\n\treturn &tls.Config{MinVersion: tls.VersionTLS12}\n}\n",
    "package a\n\nfunc f() *tls.Config {\n\treturn &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: true}\n}\n",
  ],
  [
    "a.go",
    "package a\n\nfunc f(r io.Reader) ([]byte, error) {\n\treturn io.ReadAll(io.LimitReader(r, 1<<20))\n}\n",
    "package a\n\nfunc f(r io.Reader) ([]byte, error) {\n\treturn io.ReadAll(r)\n}\n",
  ],
  [
    "a.go",
    "package a\n\nfunc f(ctx context.Context) error {\n\tctx, cancel := context.WithTimeout(ctx, time.Second)\n\tdefer cancel()\n\treturn run(ctx)\n}\n",
    "package a\n\nfunc f(ctx context.Context) error {\n\treturn run(ctx)\n}\n",
  ],
  [
    "a.go",
    "package a\n\nfunc (s *S) Add(n int) {\n\ts.mu.Lock()\n\tdefer s.mu.Unlock()\n\ts.n += n\n}\n",
    "package a\n\nfunc (s *S) Add(n int) {\n\ts.n += n\n}\n",
  ],
  [
    "A.java",
    "class A {\n  synchronized void add(int n) {\n    total += n;\n  }\n}\n",
    "class A {\n  void add(int n) {\n    total += n;\n  }\n}\n",
  ],
  ["a.py", "def add(n):\n    with lock:\n        total.add(n)\n", "def add(n):\n    total.add(n)\n"],
  [
    "a.py",
    "def pay(a, b):\n    with transaction.atomic():\n        a.save()\n        b.save()\n",
    "def pay(a, b):\n    a.save()\n    b.save()\n",
  ],
  [
    "A.java",
    "class A {\n  @Transactional\n  void pay() {\n    a.save();\n    b.save();\n  }\n}\n",
    "class A {\n  void pay() {\n    a.save();\n    b.save();\n  }\n}\n",
  ],
  ["a.js", "res.cookie('sid', id, { httpOnly: true, secure: true });\n", "res.cookie('sid', id);\n"],
  [
    "a.js",
    "res.cookie('sid', id, {\n  httpOnly: true,\n  secure: true,\n  maxAge: 1000,\n});\n",
    "res.cookie('sid', id, {\n  secure: true,\n  maxAge: 1000,\n});\n",
  ],
  ["a.php", "<?php\necho '<b>' . htmlspecialchars($name) . '</b>';\n", "<?php\necho '<b>' . $name . '</b>';\n"],
  ["a.ts", "app.use(cors({ origin: ['https://a.example', 'https://b.example'] }));\n", "app.use(cors({ origin: '*' }));\n"],
  ["a.py", "CORS_ALLOWED_ORIGINS = ['https://a.example']\nX = 1\n", "CORS_ALLOWED_ORIGINS = ['*']\nX = 1\n"],
  ["a.py", "ALLOWED_HOSTS = ['a.example']\n", "ALLOWED_HOSTS = ['*']\n"],
  ["a.py", "@csrf_protect\ndef pay(request):\n    go()\n", "@csrf_exempt\ndef pay(request):\n    go()\n"],
  [
    "a.rb",
    "class A < ApplicationController\n  before_action :authenticate_user!\n  def show\n    go\n  end\nend\n",
    "class A < ApplicationController\n  def show\n    go\n  end\nend\n",
  ],
  [
    "a.rb",
    "class A < ApplicationRecord\n  validates :name, presence: true\n  belongs_to :b\nend\n",
    "class A < ApplicationRecord\n  belongs_to :b\nend\n",
  ],
  [
    "A.cs",
    'class A {\n  [Authorize(Roles = "Admin")]\n  [HttpPost]\n  public IActionResult Remove(int id) {\n    return Ok();\n  }\n}\n',
    "class A {\n  [HttpPost]\n  public IActionResult Remove(int id) {\n    return Ok();\n  }\n}\n",
  ],
  [
    "A.cs",
    "class A {\n  void F() {\n    using var f = File.Open(p);\n    Read(f);\n  }\n}\n",
    "class A {\n  void F() {\n    var f = File.Open(p);\n    Read(f);\n  }\n}\n",
  ],
  ["a.py", "def read(p):\n    with open(p) as f:\n        return f.read()\n", "def read(p):\n    f = open(p)\n    return f.read()\n"],
  [
    "A.java",
    "class A {\n  void f() throws IOException {\n    try (InputStream in = open()) {\n      read(in);\n    }\n  }\n}\n",
    "class A {\n  void f() throws IOException {\n    InputStream in = open();\n    read(in);\n  }\n}\n",
  ],
  ["a.c", "void f(char *p) {\n  if (p == NULL) return;\n  *p = 0;\n}\n", "void f(char *p) {\n  *p = 0;\n}\n"],
  [
    "a.c",
    "void f(char *d, const char *s) {\n  if (strlen(s) >= 16)\n    return;\n  memcpy(d, s, strlen(s));\n}\n",
    "void f(char *d, const char *s) {\n  memcpy(d, s, strlen(s));\n}\n",
  ],
  [
    "a.c",
    "void f(char *d, const char *s, size_t n) {\n  strncpy(d, s, n);\n}\n",
    "void f(char *d, const char *s, size_t n) {\n  strcpy(d, s);\n}\n",
  ],
  [
    "a.rs",
    "fn f(v: &[u8], i: usize) -> Option<u8> {\n    if i >= v.len() {\n        return None;\n    }\n    Some(unsafe { *v.get_unchecked(i) })\n}\n",
    "fn f(v: &[u8], i: usize) -> Option<u8> {\n    Some(unsafe { *v.get_unchecked(i) })\n}\n",
  ],
  ["a.rs", "fn f() -> Result<()> {\n    save()?;\n    Ok(())\n}\n", "fn f() -> Result<()> {\n    let _ = save();\n    Ok(())\n}\n"],
  [
    "a.js",
    "async function f() {\n  try {\n    await save();\n  } catch (e) {\n    log(e);\n    throw e;\n  }\n}\n",
    "async function f() {\n  try {\n    await save();\n  } catch (e) {\n    log(e);\n  }\n}\n",
  ],
  [
    "a.py",
    "def f():\n    try:\n        save()\n    except ValueError:\n        log()\n        raise\n",
    "def f():\n    try:\n        save()\n    except Exception:\n        log()\n",
  ],
  ["a.js", "'use strict';\nconst a = 1;\nmodule.exports = a;\n", "const a = 1;\nmodule.exports = a;\n"],
  [
    "tsconfig.json",
    '{\n  "compilerOptions": {\n    "strict": true,\n    "target": "es2022"\n  }\n}\n',
    '{\n  "compilerOptions": {\n    "strict": false,\n    "target": "es2022"\n  }\n}\n',
  ],
  ["a.sh", "#!/bin/bash\nset -euo pipefail\nmake\n", "#!/bin/bash\nmake\n"],
  ["a.py", "os.chmod(p, 0o600)\n", "os.chmod(p, 0o666)\n"],
  [
    "a.go",
    "package a\n\nfunc f(p string, b []byte) error {\n\treturn os.WriteFile(p, b, 0600)\n}\n",
    "package a\n\nfunc f(p string, b []byte) error {\n\treturn os.WriteFile(p, b, 0644)\n}\n",
  ],
  ["a.js", "if (!crypto.timingSafeEqual(a, b)) throw new Error('no');\ngo();\n", "if (a !== b) throw new Error('no');\ngo();\n"],
  ["a.js", "const u = jwt.verify(token, key);\nuse(u);\n", "const u = jwt.decode(token);\nuse(u);\n"],
  ["a.js", "const u = jwt.verify(token, key, { algorithms: ['RS256'] });\nuse(u);\n", "const u = jwt.verify(token, key);\nuse(u);\n"],
  ["a.py", "data = yaml.safe_load(text)\n", "data = yaml.load(text)\n"],
  [
    "a.ts",
    "const port = parseInt(value, 10);\nif (isNaN(port) || port < 1 || port > 65535) {\n  throw new Error('port');\n}\nlisten(port);\n",
    "const port = parseInt(value, 10);\nif (isNaN(port)) {\n  throw new Error('port');\n}\nlisten(port);\n",
  ],
  [
    "a.ts",
    "export async function f(id: string) {\n  const user = await find(id);\n  if (user === null) {\n    throw new NotFound();\n  }\n  return user.name;\n}\n",
    "export async function f(id: string) {\n  const user = await find(id);\n  return user!.name;\n}\n",
  ],
  ["a.ts", "const results = await Promise.all(items.map(save));\ndone();\n", "items.map(save);\ndone();\n"],
  [
    "a.ts",
    "if (user.role === 'admin') {\n  remove(id);\n}\n",
    "if (user.role === 'admin' || user.role === 'editor') {\n  remove(id);\n}\n",
  ],
  ["a.ts", "if (user.role === 'admin') {\n  remove(id);\n}\ndone();\n", "remove(id);\ndone();\n"],
  ["a.py", "def remove(user, id):\n    if user.is_admin:\n        delete(id)\n", "def remove(user, id):\n    delete(id)\n"],
  [
    "a.yml",
    "securityContext:\n  runAsNonRoot: true\n  readOnlyRootFilesystem: true\n",
    "securityContext:\n  runAsNonRoot: false\n  readOnlyRootFilesystem: true\n",
  ],
  [
    "a.sql",
    "CREATE TABLE t (\n  id int PRIMARY KEY,\n  email text NOT NULL UNIQUE\n);\n",
    "CREATE TABLE t (\n  id int PRIMARY KEY,\n  email text\n);\n",
  ],
  ["a.php", "<?php\nif (!$user->can('edit')) {\n    abort(403);\n}\nedit();\n", "<?php\nedit();\n"],
  [
    "a.test.ts",
    "test('a', () => {\n  const x = f();\n  expect(x.a).toBe(1);\n  expect(x.b).toBe(2);\n});\n",
    "test('a', () => {\n  const x = f();\n  expect(x).toBeDefined();\n});\n",
  ],
  ["a.test.ts", "test('a', () => {\n  expect(f()).toEqual({ a: 1 });\n});\n", "test('a', () => {\n  expect(f()).toBeTruthy();\n});\n"],
  ["test_a.py", "def test_a():\n    with pytest.raises(ValueError):\n        f()\n", "def test_a():\n    f()\n"],
  [
    "a_test.go",
    'package a\n\nfunc TestA(t *testing.T) {\n\tgot := f()\n\tif got != 1 {\n\t\tt.Errorf("got %d", got)\n\t}\n}\n',
    "package a\n\nfunc TestA(t *testing.T) {\n\t_ = f()\n}\n",
  ],
];

/** @type {readonly (readonly [string, string, string])[]} */
export const writtenRefactorings = [
  [
    "a.ts",
    "function f(x: string) {\n  if (x === 'a') {\n    return 1;\n  }\n  if (x === 'b') {\n    return 2;\n  }\n  throw new Error('no');\n}\n",
    "function f(x: string) {\n  switch (x) {\n    case 'a':\n      return 1;\n    case 'b':\n      return 2;\n    default:\n      throw new Error('no');\n  }\n}\n",
  ],
  ["a.js", "function f(a) {\n  if (!a) {\n    return null;\n  }\n  return a.b;\n}\n", "function f(a) {\n  return a ? a.b : null;\n}\n"],
  ["a.js", "function f(a) {\n  if (a && a.b) {\n    go(a.b);\n  }\n}\n", "function f(a) {\n  if (a?.b) {\n    go(a.b);\n  }\n}\n"],
  [
    "a.js",
    "function f(a) {\n  if (!a || !a.b) {\n    return;\n  }\n  go(a.b);\n}\n",
    "function f(a) {\n  if (!(a && a.b)) {\n    return;\n  }\n  go(a.b);\n}\n",
  ],
  [
    "a.js",
    "function f(a) {\n  if (!a || !a.b) {\n    return;\n  }\n  go(a.b);\n}\n",
    "function f(a) {\n  if (!a?.b) {\n    return;\n  }\n  go(a.b);\n}\n",
  ],
  ["a.js", "async function f() {\n  const x = await get();\n  return x.y;\n}\n", "function f() {\n  return get().then((x) => x.y);\n}\n"],
  [
    "a.js",
    "async function f() {\n  try {\n    const x = await get();\n    return x.y;\n  } catch (e) {\n    log(e);\n    throw e;\n  }\n}\n",
    "function f() {\n  return get()\n    .then((x) => x.y)\n    .catch((e) => {\n      log(e);\n      throw e;\n    });\n}\n",
  ],
  [
    "a.js",
    "const r = await fetch(url, { timeout: 5000 });\nuse(r);\n",
    "const TIMEOUT = 5000;\nconst r = await fetch(url, { timeout: TIMEOUT });\nuse(r);\n",
  ],
  ["a.js", "const r = await get(url, 5000);\nuse(r);\n", "const r = await get(url, { timeout: 5000 });\nuse(r);\n"],
  ["a.py", "r = requests.get(url, timeout=5)\nprint(r)\n", "options = {'timeout': 5}\nr = requests.get(url, **options)\nprint(r)\n"],
  [
    "a.go",
    "package a\n\nfunc (s *S) Get() int {\n\ts.mu.Lock()\n\tdefer s.mu.Unlock()\n\treturn s.n\n}\n",
    "package a\n\nfunc (s *S) Get() int {\n\ts.mu.RLock()\n\tdefer s.mu.RUnlock()\n\treturn s.n\n}\n",
  ],
  [
    "a.py",
    "def add(n):\n    with lock:\n        total.add(n)\n",
    "def add(n):\n    lock.acquire()\n    try:\n        total.add(n)\n    finally:\n        lock.release()\n",
  ],
  [
    "A.java",
    "class A {\n  synchronized void add(int n) {\n    total += n;\n  }\n}\n",
    "class A {\n  void add(int n) {\n    lock.lock();\n    try {\n      total += n;\n    } finally {\n      lock.unlock();\n    }\n  }\n}\n",
  ],
  [
    "A.java",
    "class A {\n  void f() throws IOException {\n    InputStream in = open();\n    try {\n      read(in);\n    } finally {\n      in.close();\n    }\n  }\n}\n",
    "class A {\n  void f() throws IOException {\n    try (InputStream in = open()) {\n      read(in);\n    }\n  }\n}\n",
  ],
  [
    "a.py",
    "def f(a):\n    if a is None:\n        raise ValueError('a')\n    return a.b\n\n\ndef g(a):\n    if a is None:\n        raise ValueError('a')\n    return a.c\n",
    "def need(a):\n    if a is None:\n        raise ValueError('a')\n    return a\n\n\ndef f(a):\n    return need(a).b\n\n\ndef g(a):\n    return need(a).c\n",
  ],
  [
    "a.js",
    "app.get('/x', (req, res) => {\n  if (!req.user) {\n    return res.sendStatus(401);\n  }\n  res.json(x());\n});\n",
    "function requireUser(req, res, next) {\n  if (!req.user) {\n    return res.sendStatus(401);\n  }\n  next();\n}\n\napp.get('/x', requireUser, (req, res) => {\n  res.json(x());\n});\n",
  ],
  [
    "a.test.ts",
    "test('one', () => {\n  expect(f(1)).toBe(2);\n});\n\ntest('two', () => {\n  expect(f(2)).toBe(4);\n});\n",
    "test.each([\n  [1, 2],\n  [2, 4],\n])('%i', (a, b) => {\n  expect(f(a)).toBe(b);\n});\n",
  ],
  [
    "test_a.py",
    "def test_one():\n    assert f(1) == 2\n\n\ndef test_two():\n    assert f(2) == 4\n",
    "@pytest.mark.parametrize('a,b', [(1, 2), (2, 4)])\ndef test_f(a, b):\n    assert f(a) == b\n",
  ],
  [
    "test_a.py",
    "class TestA(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(1), 2)\n        self.assertTrue(g())\n",
    "def test_a():\n    assert f(1) == 2\n    assert g()\n",
  ],
  [
    "a.test.js",
    "it('a', () => {\n  assert.strictEqual(f(1), 2);\n  assert.ok(g());\n});\n",
    "it('a', () => {\n  expect(f(1)).to.equal(2);\n  expect(g()).to.be.ok;\n});\n",
  ],
  [
    "a_test.go",
    'package a\n\nfunc TestA(t *testing.T) {\n\tif got := f(); got != 1 {\n\t\tt.Errorf("got %d", got)\n\t}\n}\n',
    "package a\n\nfunc TestA(t *testing.T) {\n\trequire.Equal(t, 1, f())\n}\n",
  ],
  [
    "a.js",
    "function f(a, b) {\n  return a + b;\n}\n",
    "function f(a: number, b: number): number {\n  return a + b;\n}\n".replace(/: number/g, ""),
  ],
  [
    "a.py",
    "def f(items):\n    out = []\n    for i in items:\n        if not i.ok:\n            continue\n        out.append(i.x)\n    return out\n",
    "def f(items):\n    return [i.x for i in items if i.ok]\n",
  ],
  [
    "a.js",
    "function f(items) {\n  const out = [];\n  for (const i of items) {\n    if (!i.ok) continue;\n    out.push(i.x);\n  }\n  return out;\n}\n",
    "function f(items) {\n  return items.filter((i) => i.ok).map((i) => i.x);\n}\n",
  ],
  [
    "a.go",
    "package a\n\nfunc f() error {\n\terr := g()\n\tif err != nil {\n\t\treturn err\n\t}\n\treturn nil\n}\n",
    "package a\n\nfunc f() error {\n\treturn g()\n}\n",
  ],
  [
    "a.go",
    'package a\n\nfunc f() error {\n\tif err := g(); err != nil {\n\t\treturn fmt.Errorf("g: %w", err)\n\t}\n\treturn h()\n}\n',
    'package a\n\nfunc f() error {\n\terr := g()\n\tif err != nil {\n\t\treturn fmt.Errorf("g: %w", err)\n\t}\n\treturn h()\n}\n',
  ],
  ["a.ts", "if (a) {\n  if (b) {\n    go();\n  }\n}\n", "if (a && b) {\n  go();\n}\n"],
  ["a.ts", "if (a && b) {\n  go();\n}\n", "const ready = a && b;\nif (ready) {\n  go();\n}\n"],
  [
    "a.ts",
    "if (user.role === 'admin' || user.role === 'editor') {\n  go();\n}\n",
    "if (['admin', 'editor'].includes(user.role)) {\n  go();\n}\n",
  ],
  [
    "a.ts",
    "function f(a?: A) {\n  if (a === undefined) {\n    return 0;\n  }\n  return a.n;\n}\n",
    "function f(a?: A) {\n  return a?.n ?? 0;\n}\n",
  ],
  [
    "a.js",
    "fs.readFile(p, (err, data) => {\n  if (err) throw err;\n  use(data);\n});\n",
    "const data = await fs.promises.readFile(p);\nuse(data);\n",
  ],
  [
    "a.rs",
    "fn f() -> Result<u8> {\n    let v = match g() {\n        Ok(v) => v,\n        Err(e) => return Err(e),\n    };\n    Ok(v)\n}\n",
    "fn f() -> Result<u8> {\n    let v = g()?;\n    Ok(v)\n}\n",
  ],
  [
    "A.java",
    'class A {\n  void f(String s) {\n    if (s == null) {\n      throw new NullPointerException("s");\n    }\n    use(s);\n  }\n}\n',
    'class A {\n  void f(String s) {\n    Objects.requireNonNull(s, "s");\n    use(s);\n  }\n}\n',
  ],
  [
    "A.cs",
    "class A {\n  void F(string s) {\n    if (s == null) throw new ArgumentNullException(nameof(s));\n    Use(s);\n  }\n}\n",
    "class A {\n  void F(string s) {\n    ArgumentNullException.ThrowIfNull(s);\n    Use(s);\n  }\n}\n",
  ],
  ["a.php", "<?php\nif ($a == null) {\n    return 0;\n}\nreturn $a->b;\n", "<?php\nreturn $a?->b ?? 0;\n"],
  ["a.rb", "def f(a)\n  if a.nil?\n    return 0\n  end\n  a.b\nend\n", "def f(a)\n  return 0 if a.nil?\n  a.b\nend\n"],
  ["a.rb", "def f(a)\n  if !a.ok?\n    go\n  end\nend\n", "def f(a)\n  go unless a.ok?\nend\n"],
  [
    "a.py",
    "name = html.escape(raw)\nout(name)\n",
    "name = escape_html(raw)\nout(name)\n\n\ndef escape_html(text):\n    return html.escape(text)\n",
  ],
  [
    "a.js",
    "if (typeof x !== 'string') throw new TypeError('x');\nif (x.length > 10) throw new RangeError('x');\nuse(x);\n",
    "assertShort(x);\nuse(x);\n\nfunction assertShort(x) {\n  if (typeof x !== 'string') throw new TypeError('x');\n  if (x.length > 10) throw new RangeError('x');\n}\n",
  ],
  [
    "a.ts",
    "const limit = 10;\nif (items.length > limit) throw new Error('many');\n",
    "const MAX_ITEMS = 10;\nif (items.length > MAX_ITEMS) throw new Error('many');\n",
  ],
  ["a.ts", "if (!(n < 10)) throw new Error('n');\nuse(n);\n", "if (n >= 10) throw new Error('n');\nuse(n);\n"],
  [
    "a.js",
    "res.cookie('sid', id, { httpOnly: true, secure: true });\n",
    "const cookieOptions = { httpOnly: true, secure: true };\nres.cookie('sid', id, cookieOptions);\n",
  ],
  ["a.js", "try {\n  a();\n  b();\n} catch (e) {\n  log(e);\n}\n", "a();\ntry {\n  b();\n} catch (e) {\n  log(e);\n}\n"],
  [
    "a.py",
    "def f(a):\n    if a:\n        go()\n        return 1\n    else:\n        return 2\n",
    "def f(a):\n    if not a:\n        return 2\n    go()\n    return 1\n",
  ],
  [
    "a.go",
    'package a\n\nfunc f(a int) string {\n\tif a == 1 {\n\t\treturn "x"\n\t} else if a == 2 {\n\t\treturn "y"\n\t}\n\treturn ""\n}\n',
    'package a\n\nfunc f(a int) string {\n\tswitch a {\n\tcase 1:\n\t\treturn "x"\n\tcase 2:\n\t\treturn "y"\n\t}\n\treturn ""\n}\n',
  ],
];
