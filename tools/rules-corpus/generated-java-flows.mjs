/** Servlets and controllers of Java in which a value of a request takes some way. */
import { escaped, lines, open, shut } from "./flow-grammar.mjs";

/** @typedef {import("./flow-grammar.mjs").Grammar} Grammar */

/** Servlets. @type {Grammar} */
export const servlets = {
  extension: "java",
  sources: [
    'String given = request.getParameter("q");',
    'String given = request.getHeader("X-Q");',
    "String given = request.getQueryString();",
    'String given = ""; Cookie[] cookies = request.getCookies(); if (cookies != null) { for (Cookie cookie : cookies) { if (cookie.getName().equals("q")) { given = URLDecoder.decode(cookie.getValue(), "UTF-8"); break; } } }',
    'String given = ""; Enumeration<String> all = request.getHeaders("X-Q"); if (all != null && all.hasMoreElements()) { given = all.nextElement(); }',
    'Map<String, String[]> map = request.getParameterMap(); String given = ""; if (!map.isEmpty()) { String[] values = map.get("q"); if (values != null) given = values[0]; }',
    'String[] values = request.getParameterValues("q"); String given = values != null && values.length > 0 ? values[0] : "";',
    'String given = ""; boolean going = true; Enumeration<String> names = request.getParameterNames(); while (names.hasMoreElements() && going) { String name = names.nextElement(); String[] values = request.getParameterValues(name); if (values != null) { for (int i = 0; i < values.length && going; i++) { if (values[i].equals("q")) { given = name; going = false; } } } }',
    'RequestReader reader = new RequestReader(request); String given = reader.read("q");',
    "BufferedReader lines = request.getReader(); String given = lines.readLine();",
    'String text = request.getQueryString(); int from = text.indexOf("q="); String given = text.substring(from + 2); given = URLDecoder.decode(given, "UTF-8");',
    'String given = ""; if (request.getHeader("X-Q") != null) { given = request.getHeader("X-Q"); } given = java.net.URLDecoder.decode(given, "UTF-8");',
    'String given = ""; Enumeration<String> headers = request.getHeaderNames(); while (headers.hasMoreElements()) { String name = headers.nextElement(); if (name.startsWith("x-")) { given = name; break; } }',
    "String given = request.getPathInfo();",
    "String given = request.getReader().lines().collect(Collectors.joining());",
    "StringBuilder body = new StringBuilder(); String line; BufferedReader lines = new BufferedReader(new InputStreamReader(request.getInputStream())); while ((line = lines.readLine()) != null) { body.append(line); } String given = body.toString();",
    'String given = Arrays.stream(request.getCookies()).filter(cookie -> cookie.getName().equals("q")).map(Cookie::getValue).findFirst().orElse("");',
    'String given = request.getPart("file").getSubmittedFileName();',
    'String given = Optional.ofNullable(request.getParameter("q")).orElse("");',
    "String given = new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);",
    'String given = request.getParameter("q"); if (given == null) { given = ""; }',
  ],
  ways: [
    open("assigned", "String value = given;"),
    open("builder", 'StringBuilder built = new StringBuilder(given); String value = built.append("_more").toString();'),
    open(
      "appended",
      'StringBuilder built = new StringBuilder(); built.append("a").append(given); built.append("b"); String value = built.toString();',
    ),
    open("inserted", 'StringBuffer built = new StringBuffer("ab"); built.insert(0, given); String value = built.toString();'),
    open("formatted", 'String value = String.format("%s and %s", "a", given);'),
    open("cut", "String value = given.substring(1).trim().toLowerCase();"),
    open("coded", "String value = new String(Base64.getDecoder().decode(Base64.getEncoder().encode(given.getBytes())));"),
    open("split", 'String value = given.split(" ")[0];'),
    open(
      "list, the kept one",
      'List<String> held = new ArrayList<>(); held.add("a"); held.add(given); held.add("b"); held.remove(0); String value = held.get(0);',
    ),
    open(
      "map, the same key",
      'Map<String, Object> held = new HashMap<>(); held.put("a", "x"); held.put("b", given); String value = (String) held.get("b");',
    ),
    open(
      "map, a key under a name",
      'String key = "b"; Map<String, String> held = new HashMap<>(); held.put("b", given); held.put("c", "x"); String value = held.get(key);',
    ),
    open("array, the same place", 'String[] held = new String[2]; held[0] = "x"; held[1] = given; String value = held[1];'),
    open("array, written", 'String[] held = {"x", given}; String value = held[1];'),
    open("a condition that holds", 'int number = 86; String value; if ((7 * 42) - number > 200) value = given; else value = "never";'),
    open("a choice that holds", 'int number = 106; String value = (7 * 18) + number > 200 ? given : "never";'),
    open("a choice nobody knows", 'String value = System.nanoTime() % 2 == 0 ? given : "x";'),
    open(
      "a case that is taken",
      "String value; String letters = \"ABC\"; char letter = letters.charAt(2); switch (letter) { case 'A': value = \"a\"; break; case 'C': case 'D': value = given; break; default: value = \"x\"; break; }",
    ),
    open("a method", "String value = passOn(given);", "private static String passOn(String text) { String other = text; return other; }"),
    open(
      "a method that chooses",
      "String value = passOn(given);",
      'private String passOn(String text) { String other; if (text.length() > 3) { other = text; } else { other = "short"; } return other; }',
    ),
    open(
      "an inner class",
      "String value = new Worker().work(request, given);",
      'private class Worker { public String work(HttpServletRequest request, String text) { StringBuilder built = new StringBuilder(text); return built.append("x").toString(); } }',
    ),
    open("a class of another file", "Thing thing = ThingMaker.make(); String value = thing.doIt(given);"),
    open("a field", "this.kept = given; String value = this.kept;", "private String kept;"),
    open(
      "a box",
      "Box box = new Box(); box.set(given); String value = box.get();",
      "static class Box { private String held; void set(String text) { held = text; } String get() { return held; } }",
    ),
    open(
      "a box that is made with it",
      "Box box = new Box(given); String value = box.get();",
      "static class Box { private final String held; Box(String text) { this.held = text; } String get() { return held; } }",
    ),
    open("joined", 'String value = String.join(",", "a", given);'),
    open("optional", 'String value = Optional.ofNullable(given).orElse("x");'),
    open("in a loop", 'String value = ""; for (String part : given.split(",")) { value += part; }'),
    open("through try", 'String value = "x"; try { value = given.trim(); } catch (RuntimeException failed) { log(failed); }'),
    open(
      "long",
      'String one = given; StringBuilder two = new StringBuilder(one); two.append(" more"); two.replace(two.length() - "more".length(), two.length(), "less"); HashMap<String, Object> three = new HashMap<>(); three.put("k", two.toString()); String four = (String) three.get("k"); String five = four.substring(0, four.length() - 1); String value = five.split(" ")[0];',
    ),
    open("characters", "char[] letters = given.toCharArray(); String value = new String(letters);"),
    open("cast", "Object thing = given; String value = (String) thing;"),
    shut("nothing", 'String value = "x";'),
    shut("given again", 'String value = given; value = "x";'),
    shut(
      "list, the dropped one",
      'List<String> held = new ArrayList<>(); held.add("a"); held.add(given); held.add("b"); held.remove(0); String value = held.get(1);',
    ),
    shut("list, another one", 'List<String> held = new ArrayList<>(); held.add("a"); held.add(given); String value = held.get(0);'),
    shut(
      "map, another key",
      'Map<String, Object> held = new HashMap<>(); held.put("a", "x"); held.put("b", given); String value = (String) held.get("b"); value = (String) held.get("a");',
    ),
    shut("array, another place", 'String[] held = new String[2]; held[0] = "x"; held[1] = given; String value = held[0];'),
    shut("array, written, another place", 'String[] held = {"x", given}; String value = held[0];'),
    shut(
      "a condition that does not hold",
      'int number = 86; String value; if ((7 * 42) - number > 200) value = "always"; else value = given;',
    ),
    shut("a choice that does not hold", 'int number = 106; String value = (7 * 18) + number > 200 ? "always" : given;'),
    shut(
      "a case that is not taken",
      "String value; String letters = \"ABC\"; char letter = letters.charAt(1); switch (letter) { case 'A': value = given; break; case 'B': value = \"b\"; break; case 'C': case 'D': value = given; break; default: value = \"x\"; break; }",
    ),
    shut(
      "a method that answers something else",
      "String value = passOn(given);",
      'private static String passOn(String text) { String other = "fixed"; return other; }',
    ),
    shut(
      "a method whose condition is known",
      "String value = passOn(request, given);",
      'private static String passOn(HttpServletRequest request, String text) { int number = 106; String other; other = (7 * 18) + number > 200 ? "always" : text; return other; }',
    ),
    shut(
      "an inner class that drops it",
      "String value = new Worker().work(request, given);",
      'private class Worker { public String work(HttpServletRequest request, String text) { List<String> held = new ArrayList<>(); held.add("a"); held.add(text); held.remove(1); return held.get(0); } }',
    ),
    shut("a number", "int number = Integer.parseInt(given); String value = String.valueOf(number);"),
    shut(
      "a table of texts",
      'String value = NAMES.getOrDefault(given, "x");',
      'private static final Map<String, String> NAMES = Map.of("a", "one", "b", "two");',
    ),
    shut("chosen by it", 'String value; switch (given) { case "a": value = "one"; break; default: value = "two"; }'),
    shut("chosen by equals", 'String value = "a".equals(given) ? "one" : "two";'),
    shut("its length", "String value = String.valueOf(given.length());"),
    shut("an enumeration", "String value = Color.valueOf(given).name();", "enum Color { RED, BLUE }"),
    shut(
      "long, and left",
      'String one = given; StringBuilder two = new StringBuilder(one); HashMap<String, Object> three = new HashMap<>(); three.put("k", two.toString()); String four = (String) three.get("k"); String five = "fixed"; Thing thing = ThingMaker.make(); String value = thing.doIt(five);',
    ),
    shut(
      "a box with something else",
      'Box box = new Box(); box.set(given); box.set("x"); String value = box.get();',
      "static class Box { private String held; void set(String text) { held = text; } String get() { return held; } }",
    ),
    shut(
      "emptied",
      'StringBuilder built = new StringBuilder(given); built.setLength(0); built.append("x"); String value = built.toString();',
    ),
    escaped("html", "escaped for pages", "String value = org.springframework.web.util.HtmlUtils.htmlEscape(given);"),
    escaped("html", "encoded for pages", "String value = ESAPI.encoder().encodeForHTML(given);"),
    escaped("html", "escaped by commons", "String value = org.apache.commons.lang.StringEscapeUtils.escapeHtml(given);"),
    open(
      "a new switch, the arm that is taken",
      'int number = 2; String value = switch (number) { case 1 -> "x"; case 2 -> given; default -> "y"; };',
    ),
    open(
      "a new switch nobody knows",
      'String value = switch (System.getProperty("os.name").length()) { case 1 -> "x"; default -> given; };',
    ),
    open(
      "a new switch that yields",
      'String letters = "abc"; String value = switch (letters.charAt(0)) { case \'a\' -> { String other = given.trim(); yield other; } default -> "x"; };',
    ),
    open(
      "a switch with arrows",
      'String value = "x"; String mode = "keep"; switch (mode) { case "keep" -> value = given; case "drop" -> value = "y"; }',
    ),
    open(
      "a switch that runs on",
      'int number = 1; String value = "x"; switch (number) { case 1: case 2: value = given; break; default: value = "y"; }',
    ),
    open("a deque", "Deque<String> held = new ArrayDeque<>(); held.push(given); String value = held.pop();"),
    open("a queue", 'Queue<String> held = new LinkedList<>(); held.add(given); held.add("x"); String value = held.poll();'),
    open("a stack", 'Stack<String> held = new Stack<>(); held.push("x"); held.push(given); String value = held.peek();'),
    open("List.of, the same place", 'List<String> held = List.of("x", given); String value = held.get(1);'),
    open("Arrays.asList, the same place", 'List<String> held = Arrays.asList(given, "x"); String value = held.get(0);'),
    open("Map.of, the same key", 'Map<String, String> held = Map.of("a", "x", "b", given); String value = held.get("b");'),
    open(
      "a list, in a loop",
      'List<String> held = new ArrayList<>(); held.add("a"); held.add(given); String value = ""; for (String one : held) { value = one; }',
    ),
    open(
      "an iterator",
      "List<String> held = new ArrayList<>(); held.add(given); Iterator<String> all = held.iterator(); String value = all.next();",
    ),
    open("Optional, mapped", 'String value = Optional.ofNullable(given).map(text -> text.trim()).orElse("x");'),
    open("Optional, a method", "String value = Optional.of(given).map(String::trim).orElseThrow();"),
    open("a stream", 'String value = Stream.of(given, "x").map(text -> text + "!").collect(Collectors.joining(","));'),
    open(
      "a stream of a list",
      'List<String> held = new ArrayList<>(); held.add(given); String value = held.stream().filter(text -> text.length() > 1).findFirst().orElse("");',
    ),
    open("a supplier", "Supplier<String> later = () -> given; String value = later.get();"),
    open("a function", 'Function<String, String> change = text -> text + "x"; String value = change.apply(given);'),
    open("a function by name", "UnaryOperator<String> change = String::trim; String value = change.apply(given);"),
    open("computed if absent", 'Map<String, String> held = new HashMap<>(); String value = held.computeIfAbsent("a", key -> given);'),
    open("merged", 'Map<String, String> held = new HashMap<>(); held.merge("a", given, String::concat); String value = held.get("a");'),
    open("a record", "Pair pair = new Pair(given, 1); String value = pair.text();", "record Pair(String text, int count) {}"),
    open(
      "a pair",
      'Pair<String, String> pair = new Pair<>("x", given); String value = pair.second;',
      "static class Pair<A, B> { final A first; final B second; Pair(A one, B two) { first = one; second = two; } }",
    ),
    open(
      "a bean",
      "Person person = new Person(); person.setName(given); String value = person.getName();",
      "static class Person { private String name; private String street; public void setName(String name) { this.name = name; } public String getName() { return name; } public void setStreet(String street) { this.street = street; } public String getStreet() { return street; } }",
    ),
    open("a bean of another file", "Person person = new Person(); person.setName(given); String value = person.getName();"),
    open(
      "a fluent builder",
      'String value = new Letter().with("a").with(given).text();',
      'static class Letter { private String all = ""; Letter with(String part) { all += part; return this; } String text() { return all; } }',
    ),
    open(
      "several arguments",
      'String value = joined("a", given);',
      "private static String joined(String... parts) { StringBuilder built = new StringBuilder(); for (String part : parts) built.append(part); return built.toString(); }",
    ),
    open(
      "one of several methods",
      "String value = choose(given, 1);",
      'private static String choose(String text) { return "x"; } private static String choose(String text, int count) { return text + count; }',
    ),
    open(
      "an interface",
      "Worker worker = new Keeper(); String value = worker.work(given);",
      "interface Worker { String work(String text); } static class Keeper implements Worker { public String work(String text) { return text; } }",
    ),
    open(
      "one of two interfaces' classes",
      "Worker worker = new Keeper(); String value = worker.work(given);",
      'interface Worker { String work(String text); } static class Dropper implements Worker { public String work(String text) { return "x"; } } static class Keeper implements Worker { public String work(String text) { return text; } }',
    ),
    open(
      "a nameless class",
      "Worker worker = new Worker() { public String work(String text) { return text; } }; String value = worker.work(given);",
      "interface Worker { String work(String text); }",
    ),
    open(
      "a static class",
      "String value = Tool.work(given);",
      "static class Tool { static String work(String text) { return text.trim(); } }",
    ),
    open(
      "through three methods",
      "String value = first(given);",
      "private String first(String text) { return second(text); } private String second(String text) { return third(text); } private String third(String text) { return text; }",
    ),
    open(
      "an exception",
      'String value = "x"; try { throw new IllegalStateException(given); } catch (IllegalStateException failed) { value = failed.getMessage(); }',
    ),
    open("finally", 'String value = "x"; try { log(given); } finally { value = given; }'),
    open(
      "parsed, and kept when it fails",
      'String value = "0"; try { value = String.valueOf(Integer.parseInt(given)); } catch (NumberFormatException failed) { value = given; }',
    ),
    open(
      "joined with StringJoiner",
      'StringJoiner joined = new StringJoiner(","); joined.add("a"); joined.add(given); String value = joined.toString();',
    ),
    open("joined as a list", 'List<String> held = new ArrayList<>(); held.add(given); String value = String.join(" ", held);'),
    open("formatted by itself", 'String value = "a %s".formatted(given);'),
    open("formatted as a message", 'String value = MessageFormat.format("a {0}", given);'),
    open("concatenated", 'String value = "a".concat(given);'),
    open("turned around", "String value = new StringBuilder(given).reverse().toString();"),
    open(
      "replaced in a builder",
      'StringBuilder built = new StringBuilder("abc"); built.replace(0, 1, given); String value = built.toString();',
    ),
    open(
      "emptied, and filled",
      'StringBuilder built = new StringBuilder("abc"); built.setLength(0); built.append(given); String value = built.toString();',
    ),
    open("decoded", "String value = URLDecoder.decode(given, StandardCharsets.UTF_8);"),
    open(
      "coded by commons",
      "String value = new String(org.apache.commons.codec.binary.Base64.decodeBase64(org.apache.commons.codec.binary.Base64.encodeBase64(given.getBytes())));",
    ),
    open(
      "bytes",
      "byte[] bytes = given.getBytes(StandardCharsets.UTF_8); String value = new String(bytes, 0, bytes.length, StandardCharsets.UTF_8);",
    ),
    open(
      "copied letters",
      "char[] letters = new char[given.length()]; given.getChars(0, given.length(), letters, 0); String value = String.valueOf(letters);",
    ),
    open(
      "in a loop of letters",
      "StringBuilder built = new StringBuilder(); for (char letter : given.toCharArray()) { built.append(letter); } String value = built.toString();",
    ),
    open("a tokenizer", 'StringTokenizer parts = new StringTokenizer(given, ","); String value = parts.nextToken();'),
    open("a scanner", "Scanner parts = new Scanner(given); String value = parts.nextLine();"),
    open("a reader", "BufferedReader lines = new BufferedReader(new StringReader(given)); String value = lines.readLine();"),
    open("one bad word refused", 'if (given.contains("..")) { log(given); } String value = given;'),
    open("asked whether it is there", 'String value = "x"; if (given != null && !given.isEmpty()) { value = given; }'),
    open(
      "asked of another",
      'String other = request.getParameter("other"); if (!NAMES.contains(other)) { return; } String value = given;',
      'private static final Set<String> NAMES = Set.of("a", "b");',
    ),
    open("a condition of this class", 'String value = "x"; if (KEEPS) { value = given; }', "private static final boolean KEEPS = true;"),
    open("a private flag", 'String value; if (isOn) { value = given; } else { value = "x"; }', "private boolean isOn = true;"),
    open("a method that answers true", 'String value = "x"; if (isOn()) { value = given; }', "private boolean isOn() { return true; }"),
    open("while true", 'String value = "x"; while (true) { value = given; break; }'),
    open("do", 'String value = "x"; do { value = given; } while (false);'),
    open("a loop of one", 'String value = "x"; for (int i = 0; i < 1; i++) { value = given; }'),
    open("an array that was copied", 'String[] one = {"x", given}; String[] two = one.clone(); String value = two[1];'),
    open("an array of arrays", 'String[][] held = {{"x"}, {given}}; String value = held[1][0];'),
    open("an array, by a name", 'int at = 1; String[] held = {"x", given}; String value = held[at];'),
    open("a list, set", 'List<String> held = new ArrayList<>(); held.add("x"); held.set(0, given); String value = held.get(0);'),
    open(
      "a list made of another",
      "List<String> one = new ArrayList<>(); one.add(given); List<String> two = new ArrayList<>(one); String value = two.get(0);",
    ),
    open("a vector", "Vector<String> held = new Vector<>(); held.addElement(given); String value = held.firstElement();"),
    open("properties", 'Properties held = new Properties(); held.setProperty("a", given); String value = held.getProperty("a");'),
    open(
      "entries of a map",
      'Map<String, String> held = new HashMap<>(); held.put("a", given); String value = ""; for (Map.Entry<String, String> entry : held.entrySet()) { value = entry.getValue(); }',
    ),
    open(
      "values of a map",
      'Map<String, String> held = new HashMap<>(); held.put("a", given); String value = held.values().iterator().next();',
    ),
    open("a reference", "AtomicReference<String> held = new AtomicReference<>(given); String value = held.get();"),
    open("a local of a thread", "ThreadLocal<String> held = new ThreadLocal<>(); held.set(given); String value = held.get();"),
    open("Objects", 'String value = Objects.requireNonNullElse(given, "x");'),
    open("required", 'String value = Objects.requireNonNull(given, "no value");'),
    open("a static field", "kept = given; String value = kept;", "private static String kept;"),
    open(
      "a field by a method",
      "keep(given); String value = this.kept;",
      "private String kept; private void keep(String text) { this.kept = text; }",
    ),
    open("one place replaced", 'String value = given.replace("<b>", "");'),
    open("stripped of one sign", `String value = given.replaceAll("#", "");`),
    open("normalised", "String value = Normalizer.normalize(given, Normalizer.Form.NFC);"),
    open("var", "var value = given;"),
    open("a number beside it", 'int count = Integer.parseInt("7"); String value = given + count;'),
    open("a choice by a call", 'String value = System.getProperty("user.name").length() > 3 ? given : "x";'),
    open("set within a condition", "String value; if ((value = given) != null) { log(value); }"),
    open("a text block", 'String value = """\n      first\n      %s\n      """.formatted(given);'),
    shut(
      "a new switch, an arm that is not taken",
      'int number = 1; String value = switch (number) { case 1 -> "x"; case 2 -> given; default -> given; };',
    ),
    shut("a new switch over it", 'String value = switch (given) { case "a" -> "one"; case "b" -> "two"; default -> "three"; };'),
    shut(
      "a new switch that yields something else",
      'String letters = "abc"; String value = switch (letters.charAt(0)) { case \'a\' -> { yield "x"; } default -> { yield given; } };',
    ),
    shut(
      "a switch with arrows that drops it",
      'String value = "x"; String mode = "drop"; switch (mode) { case "keep" -> value = given; case "drop" -> value = "y"; }',
    ),
    shut("a deque, the other end", 'Deque<String> held = new ArrayDeque<>(); held.push(given); held.push("x"); String value = held.pop();'),
    shut("a queue, the first", 'Queue<String> held = new LinkedList<>(); held.add("x"); held.add(given); String value = held.poll();'),
    shut("a stack, the top", 'Stack<String> held = new Stack<>(); held.push(given); held.push("x"); String value = held.pop();'),
    shut("List.of, another place", 'List<String> held = List.of("x", given); String value = held.get(0);'),
    shut("Arrays.asList, another place", 'List<String> held = Arrays.asList("x", given); String value = held.get(0);'),
    shut("Map.of, another key", 'Map<String, String> held = Map.of("a", "x", "b", given); String value = held.get("a");'),
    shut("a supplier of something else", 'Supplier<String> later = () -> "x"; String value = later.get(); log(given);'),
    shut("a function that drops it", 'Function<String, String> change = text -> "x"; String value = change.apply(given);'),
    shut(
      "a record, the other part",
      'Pair pair = new Pair(given, "x"); String value = pair.other();',
      "record Pair(String text, String other) {}",
    ),
    shut(
      "a pair, the other part",
      'Pair<String, String> pair = new Pair<>("x", given); String value = pair.first;',
      "static class Pair<A, B> { final A first; final B second; Pair(A one, B two) { first = one; second = two; } }",
    ),
    shut(
      "a bean, another property",
      'Person person = new Person(); person.setName(given); person.setStreet("x"); String value = person.getStreet();',
      "static class Person { private String name; private String street; public void setName(String name) { this.name = name; } public String getName() { return name; } public void setStreet(String street) { this.street = street; } public String getStreet() { return street; } }",
    ),
    shut(
      "another of several methods",
      "String value = choose(given);",
      'private static String choose(String text) { return "x"; } private static String choose(String text, int count) { return text + count; }',
    ),
    shut(
      "an interface that drops it",
      "Worker worker = new Dropper(); String value = worker.work(given);",
      'interface Worker { String work(String text); } static class Keeper implements Worker { public String work(String text) { return text; } } static class Dropper implements Worker { public String work(String text) { return "x"; } }',
    ),
    shut(
      "a nameless class that drops it",
      'Worker worker = new Worker() { public String work(String text) { return "x"; } }; String value = worker.work(given);',
      "interface Worker { String work(String text); }",
    ),
    shut(
      "through methods, and dropped",
      "String value = first(given);",
      'private String first(String text) { return second(text); } private String second(String text) { return third("x"); } private String third(String text) { return text; }',
    ),
    shut(
      "parsed, and not kept when it fails",
      'String value; try { value = String.valueOf(Integer.parseInt(given)); } catch (NumberFormatException failed) { value = "0"; }',
    ),
    shut("parsed first", "try { Integer.parseInt(given); } catch (NumberFormatException failed) { return; } String value = given;"),
    shut("a number, as text", 'int number = Integer.parseInt(given); String value = "n" + number;'),
    shut("a long", "Long number = Long.valueOf(given); String value = number.toString();"),
    shut("an identifier", "UUID id = UUID.fromString(given); String value = id.toString();"),
    shut(
      "one of a set",
      "if (!NAMES.contains(given)) { return; } String value = given;",
      'private static final Set<String> NAMES = Set.of("a", "b");',
    ),
    shut(
      "one of a list, else another",
      'String value = "x"; if (NAMES.contains(given)) { value = given; }',
      'private static final List<String> NAMES = Arrays.asList("a", "b");',
    ),
    shut(
      "one of a set, or thrown",
      'if (!NAMES.contains(given)) { throw new IllegalArgumentException("unknown"); } String value = given;',
      'private static final Set<String> NAMES = Set.of("a", "b");',
    ),
    shut(
      "one of a set, by a choice",
      'String value = NAMES.contains(given) ? given : "x";',
      'private static final Set<String> NAMES = new HashSet<>(Arrays.asList("a", "b"));',
    ),
    shut("a pattern", 'if (!given.matches("[a-z]{1,10}")) { return; } String value = given;'),
    shut(
      "a pattern under a name",
      "if (!WORD.matcher(given).matches()) { response.sendError(400); return; } String value = given;",
      'private static final Pattern WORD = Pattern.compile("^[a-z0-9]+$");',
    ),
    shut("stripped to letters", 'String value = given.replaceAll("[^a-zA-Z0-9]", "");'),
    shut("stripped to words", String.raw`String value = given.replaceAll("\\W", "");`),
    shut("stripped to digits", String.raw`String value = given.replaceAll("\\D+", "");`),
    shut("equal to a text", 'if (!"admin".equals(given)) { return; } String value = given;'),
    shut("equal to one of two", 'if (!given.equals("a") && !given.equals("b")) { return; } String value = given;'),
    shut(
      "an enumeration, kept",
      "Color color = Color.valueOf(given.toUpperCase()); String value = color.toString();",
      "enum Color { RED, BLUE }",
    ),
    shut("an array chosen by it", 'String[] names = {"one", "two"}; String value = names[Integer.parseInt(given)];'),
    shut(
      "a map chosen by it",
      'Map<String, String> names = new HashMap<>(); names.put("a", "one"); names.put("b", "two"); String value = names.get(given);',
    ),
    shut(
      "chosen by a chain",
      'String value; if (given.equals("a")) { value = "one"; } else if (given.startsWith("b")) { value = "two"; } else { value = "three"; }',
    ),
    shut("yes or no", "boolean answer = Boolean.parseBoolean(given); String value = String.valueOf(answer);"),
    shut("its hash", "String value = Integer.toHexString(given.hashCode());"),
    shut(
      "a condition of this class that does not hold",
      'String value = "x"; if (KEEPS) { value = given; }',
      "private static final boolean KEEPS = false;",
    ),
    shut("a method that answers false", 'String value = "x"; if (isOn()) { value = given; }', "private boolean isOn() { return false; }"),
    shut("if false", 'String value = "x"; if (false) { value = given; }'),
    shut("compared texts", 'String mode = "drop"; String value = "x"; if (mode.equals("keep")) { value = given; }'),
    shut("an empty text", 'String mode = ""; String value = "x"; if (!mode.isEmpty()) { value = given; }'),
    shut("null", 'String other = null; String value = "x"; if (other != null) { value = given; }'),
    shut("an array, written over", 'String[] held = {"x", given}; held[1] = "y"; String value = held[1];'),
    shut("an array, by a name, another place", 'int at = 0; String[] held = {"x", given}; String value = held[at];'),
    shut(
      "a list, cleared",
      'List<String> held = new ArrayList<>(); held.add(given); held.clear(); held.add("x"); String value = held.get(0);',
    ),
    shut(
      "a list, set to something else",
      'List<String> held = new ArrayList<>(); held.add(given); held.set(0, "x"); String value = held.get(0);',
    ),
    shut("a list, at the front", 'List<String> held = new ArrayList<>(); held.add(given); held.add(0, "x"); String value = held.get(0);'),
    shut(
      "a map, written over",
      'Map<String, String> held = new HashMap<>(); held.put("a", given); held.put("a", "x"); String value = held.get("a");',
    ),
    shut(
      "a map, taken out",
      'Map<String, String> held = new HashMap<>(); held.put("a", given); held.remove("a"); String value = held.getOrDefault("a", "x");',
    ),
    shut("a field, written over", 'this.kept = given; this.kept = "x"; String value = this.kept;', "private String kept;"),
    shut(
      "a builder, made anew",
      'StringBuilder built = new StringBuilder(given); built = new StringBuilder("x"); String value = built.toString();',
    ),
    shut(
      "a builder, deleted",
      'StringBuilder built = new StringBuilder(given); built.delete(0, built.length()); built.append("x"); String value = built.toString();',
    ),
    shut("kept beside it", 'String other = given; log(other); String value = "x".concat("y");'),
    shut("a time of it", "String value = LocalDate.parse(given).toString();"),
    shut("taken out of the settings", 'String value = getServletConfig().getInitParameter("folder"); log(given);'),
    escaped("html", "escaped by Encode", "String value = org.owasp.encoder.Encode.forHtml(given);"),
    escaped("html", "escaped by commons' text", "String value = org.apache.commons.text.StringEscapeUtils.escapeHtml4(given);"),
    escaped("html", "escaped by guava", "String value = HtmlEscapers.htmlEscaper().escape(given);"),
    escaped("html", "written as an address", 'String value = URLEncoder.encode(given, "UTF-8");'),
    escaped(
      "html",
      "escaped in a method",
      "String value = safe(given);",
      "private static String safe(String text) { return org.springframework.web.util.HtmlUtils.htmlEscape(text); }",
    ),
    escaped(
      "html",
      "escaped by hand",
      'String value = given.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\\"", "&quot;");',
    ),
    escaped("ldap", "encoded for LDAP", "String value = ESAPI.encoder().encodeForLDAP(given);"),
    escaped("xpath", "encoded for XPath", "String value = ESAPI.encoder().encodeForXPath(given);"),
    escaped("path", "the last part", "String value = FilenameUtils.getName(given);"),
    escaped("path", "the name of a file", "String value = new File(given).getName();"),
    escaped("path", "the last part of a path", "String value = Paths.get(given).getFileName().toString();"),
  ],
  sinks: {
    sql: 'String sql = "SELECT * FROM users WHERE name = \'" + value + "\'"; Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql); // SINK',
    "sql call": 'String sql = "{call " + value + "}"; CallableStatement statement = connection.prepareCall(sql); // SINK',
    html: "response.getWriter().println(value); // SINK",
    "html format": 'Object[] parts = {"a", value}; response.getWriter().format("Formatted like: %1$s and %2$s.", parts); // SINK',
    "html letters": "response.getWriter().print(value.toCharArray()); // SINK",
    command: 'String[] words = {"sh", "-c", "ls " + value}; Process process = Runtime.getRuntime().exec(words); // SINK',
    "command list":
      'List<String> words = new ArrayList<>(); words.add("sh"); words.add("-c"); words.add("echo " + value); ProcessBuilder builder = new ProcessBuilder(words); // SINK',
    "command environment": 'String[] settings = {value}; Process process = Runtime.getRuntime().exec("ls", settings); // SINK',
    path: 'FileInputStream stream = new FileInputStream("/data/" + value); // SINK',
    "path file": 'java.io.File target = new java.io.File(value, "/a.txt"); // SINK',
    "path new": "String target = FOLDER + value; InputStream stream = Files.newInputStream(Paths.get(target)); // SINK",
    session: 'request.getSession().setAttribute("name", value); // SINK',
    "session put": 'request.getSession().putValue(value, "1"); // SINK',
    ldap: 'String filter = "(&(objectclass=person)(uid=" + value + "))"; NamingEnumeration<SearchResult> found = context.search("ou=users", filter, controls); // SINK',
    xpath:
      'String expression = "/users/user[@name=\'" + value + "\']"; NodeList nodes = (NodeList) xpath.evaluate(expression, document, XPathConstants.NODESET); // SINK',
    "sql statement":
      'PreparedStatement statement = connection.prepareStatement("SELECT * FROM users WHERE name = \'" + value + "\'"); // SINK',
    "sql batch":
      'Statement statement = connection.createStatement(); statement.addBatch("INSERT INTO users (name) VALUES (\'" + value + "\')"); // SINK',
    "sql update":
      'connection.createStatement().executeUpdate("UPDATE users SET name = \'" + value + "\'", Statement.RETURN_GENERATED_KEYS); // SINK',
    "sql template":
      'List<Map<String, Object>> rows = jdbcTemplate.queryForList("SELECT * FROM users WHERE name = \'" + value + "\'"); // SINK',
    "sql template of a class":
      'String sql = "SELECT id FROM users WHERE name = \'" + value + "\'"; Long id = Database.template.queryForObject(sql, Long.class); // SINK',
    "sql template batch": 'int[] counts = jdbcTemplate.batchUpdate("DELETE FROM users WHERE name = \'" + value + "\'"); // SINK',
    "sql query": 'List<?> rows = session.createQuery("from User where name = \'" + value + "\'").list(); // SINK',
    "sql manager": 'Query query = entityManager.createNativeQuery("SELECT * FROM users WHERE name = \'" + value + "\'"); // SINK',
    "sql builder":
      'StringBuilder sql = new StringBuilder("SELECT * FROM users WHERE name = \'"); sql.append(value); sql.append("\'"); ResultSet rows = statement.executeQuery(sql.toString()); // SINK',
    "html writer": 'PrintWriter out = response.getWriter(); out.write("<p>" + value + "</p>"); // SINK',
    "html printf": 'PrintWriter out = response.getWriter(); out.printf(Locale.US, "<p>%s</p>", value); // SINK',
    "html stream": 'response.getOutputStream().write(("<p>" + value + "</p>").getBytes("UTF-8")); // SINK',
    "html appended": 'response.getWriter().append("<p>").append(value); // SINK',
    "command one": 'Process process = Runtime.getRuntime().exec("ls " + value); // SINK',
    "command builder": 'Process process = new ProcessBuilder("sh", "-c", value).start(); // SINK',
    "command later": 'ProcessBuilder builder = new ProcessBuilder(); builder.command("bash", "-c", "ls " + value); // SINK',
    "path files": 'byte[] bytes = Files.readAllBytes(Path.of("/data", value)); // SINK',
    "path writer": 'FileWriter writer = new FileWriter("/data/" + value); // SINK',
    "path output": 'FileOutputStream stream = new FileOutputStream(new File("/data", value)); // SINK',
    "path address": 'File file = new File(new java.net.URI("file:///data/" + value)); // SINK',
    "ldap directory":
      'DirContext directory = new InitialDirContext(settings); directory.search("ou=users", "(uid=" + value + ")", new SearchControls()); // SINK',
    "xpath compile":
      'XPathExpression compiled = XPathFactory.newInstance().newXPath().compile("/users/user[@name=\'" + value + "\']"); // SINK',
  },
  file: (source, { way, beside = "" }, sink) => `package app;

import java.io.*;
import java.util.*;
import javax.naming.directory.*;
import javax.servlet.http.*;

public class Page extends HttpServlet {
  ${beside}

  @Override
  public void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
    ${lines(source)}
    ${lines(way)}
    ${lines(sink)}
  }
}
`,
};

/** Controllers of Spring, which are handed the values. @type {Grammar} */
export const controllers = {
  extension: "java",
  sources: [
    "@RequestParam String given",
    '@PathVariable("q") String given',
    '@RequestHeader(value = "X-Q", required = false) String given',
    "@RequestBody String given",
    '@CookieValue("q") String given',
  ],
  ways: servlets.ways.filter(({ way }) => !way.includes("request")),
  sinks: servlets.sinks,
  file: (source, { way, beside = "" }, sink) => `package app;

import java.io.*;
import java.util.*;
import javax.naming.directory.*;
import javax.servlet.http.*;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.*;

@Controller
public class Pages {
  ${beside}

  @PostMapping("/page")
  public void page(${source}, HttpServletRequest request, HttpServletResponse response) throws IOException {
    ${lines(way)}
    ${lines(sink)}
  }
}
`,
};
