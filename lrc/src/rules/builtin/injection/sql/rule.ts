import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import {
  assignmentsOf,
  type Call,
  type Composition,
  compositionOf,
  grownOf,
  isChecked,
  isConstant,
  isFromRequest,
  isHandedIn,
  isMentioned,
  languageOfTree,
  optionOf,
  originOf,
  origins,
  type SyntaxNode,
} from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

const sqlText = verbose("i")`
  \bselect\b[\s\S]{0,400}\bfrom\b
  | \binsert\s+into\b | \bupdate\b[\s\S]{0,200}\bset\b | \bdelete\s+from\b | \bdrop\s+(table|database)\b
  | \balter\s+table\b
  | \bcreate\s+(table|user|database)\b
  | \bwhere\s | \border\s+by\b | \bunion\s+(all\s+)?select\b | \bexec(ute)?\s | \{?\bcall\s | \bvalues\s*\(
  | ^["'\`f]{1,3}\s*[\w.]{1,80}\s*(=|like|in)\s
  | \blike\s+' | \btruncate\s | \bgrant\s | \bmerge\s+into\b | \breplace\s+into\b
  | ^["'\`f]{1,3}\s*(?:select|from)\s[\s\S]*["']$
  | \bfrom\s+\w+(?:\s+\w+)?\s*(?:where\s|$|\0)
  | ["']\s*(?:and|or)\s+\w+\s*(?:=|like)
`;

export const sql = callRule({
  id: "injection/sql",
  title: "SQL is put together from text",
  category: "security",
  subcategory: "injection",
  severity: "error",
  confidence: "high",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "php", "ruby", "rust"],
  cwe: [89],
  mentions: /sql|quer|exec|prepare|raw|Statement|where|find_by|order|Command|extra|cursor|pluck|joins/i,
  callee: {
    ...inScript(
      verbose`
        (^|\.)(
          query | execute | exec | raw | \$queryRawUnsafe | queryRawUnsafe | executeRawUnsafe | all | run | get | each
          | prepare | queryStream | none | one | oneOrNone | many | manyOrNone | any | result | multi | task | batch
          | addBatch | \$queryRaw | sql | createQueryBuilder | addSelect | andWhere | orWhere | where | whereRaw
          | orderByRaw | havingRaw | selectRaw | joinRaw | literal | unsafe
        )$
      `,
    ),
    python: verbose`
      (^|\.)(
        execute | executemany | executescript | raw | extra | text | read_sql | read_sql_query | RawSQL | mogrify
        | fetch | fetchrow | fetchval | execute_sql | from_statement | execute_async | literal_column | query | run
        | iterate | fetch_all | fetch_one | fetch_val | copy_expert | callproc | annotate | nextset | copy | cursor
        | prepare | read_sql_table | to_sql | exec_driver_sql | sql | select | where | filter | having | order_by
        | group_by
      )$
      | ^(psycopg2?\.)?sql\.SQL$ | ^(peewee\.)?SQL$
    `,
    go: verbose`
      \.(
        Query | QueryRow | QueryContext | QueryRowContext | Exec | ExecContext | Prepare | PrepareContext | Raw
        | Queryx | QueryRowx | Get | Select | MustExec | Where | Order | NamedExec | NamedQuery | SelectContext
        | GetContext | PreparexContext | Preparex | QueryxContext | Having | Group | Joins | From | Expr | Suffix
        | Prefix | QueryOne | QueryOneContext | ExecOne | ExecOneContext | QueryEx | QueryRowEx | ExecEx | PrepareEx
        | Queue | ColumnExpr | TableExpr | WhereOr | WhereIn | OrderExpr | GroupExpr | QueryFunc | QueryRowxContext
        | MustExecContext | NamedExecContext | MustQuery | NewRaw | NewQuery | Not | Or | First | Last | Take | Find
        | Delete | Pluck | Table | Distinct | SQL | CopyFrom | QueryRows | QueryRowCtx | ExecCtx | QueryCtx
      )$
    `,
    java: verbose`
      (^|\.)(
        executeQuery | executeUpdate | execute | executeLargeUpdate | addBatch | prepareStatement | prepareCall
        | createQuery | createNativeQuery | createSQLQuery | queryForObject | queryForList | queryForMap
        | queryForRowSet | queryForInt | queryForLong | query | update | batchUpdate | nativeSQL | newQuery
        | setFilter | setGrouping | setOrdering | preparedQuery | createStoredProcedureQuery | sqlRestriction
        | queryForStream | queryForStreams | executeQueryWithMap | rawQuery | execSQL | appendWhere
        | createQueryForStream | sql | queryForObjects | batchQuery | createSelectionQuery | createMutationQuery
        | setAuthoritiesByUsernameQuery
        | setGroupAuthoritiesByUsernameQuery
        | setUsersByUsernameQuery | set\w{1,60}Sql | apply | inSql | having | last | queryWithParams | rawSql | select
        | where | compileStatement | addScalar | queryForPage | createStatement | preparedStatement
      )$
      | ^new\ (PreparedStatementCreatorFactory|SqlQuery|SimpleQuery)$
    `,
    csharp: verbose`
      (^new\ |\.)(
        \w*SqlCommand | \w*DbCommand | OleDbCommand | OdbcCommand | SqlDataAdapter | SqliteCommand | MySqlCommand
        | FromSqlRaw | ExecuteSqlRaw | ExecuteSqlRawAsync | ExecuteSqlCommand | SqlQuery | SqlQueryRaw | Query
        | QueryAsync | Execute | ExecuteAsync | QueryFirst | QueryFirstOrDefault | QuerySingle | CreateSQLQuery
        | CreateQuery
      )(<.*>)?$
    `,
    php: verbose`
      (^|\.)(
        mysql_query | mysqli_query | pg_query | sqlite_query | query | exec | prepare | multi_query | real_query
        | unbuffered_query | raw | whereRaw | select | selectRaw | statement | get_results | get_row | get_var
        | executeQuery | executeStatement | createQuery | createNativeQuery | mysqli_multi_query | mysqli_real_query
        | orderByRaw | havingRaw
      )$
    `,
    ruby: verbose`
      (^|\.)(
        execute | exec_query | find_by_sql | where | having | order | joins | group | select | select_all | select_one
        | select_value | select_values | from | pluck | delete_all | update_all | exists\? | query | exec
        | count_by_sql | reorder | calculate | find_all | not
      )$
    `,
    rust: verbose`
      (^|\.|:)(
        query | query_as | execute | prepare | sql_query | query_row | batch_execute | simple_query | query_one
        | query_opt | query_map | query_scalar | raw_sql
      )!?$
    `,
  },
  when: ({ arguments: values, callee, alias, language, node }) => {
    if (language === "go" && isPrepared(node)) return false;
    const [whole] = values;
    if (
      whole !== undefined &&
      isStatement.test(callee) &&
      /^(?:\w+|[\w.]+(?:\(.*\)|\[.*\])?)$/.test(whole.text()) &&
      isFromRequest(whole, language, "sql")
    )
      return true;
    if (language === "go" && isPartOfGorm(callee, values)) return true;
    for (const given of language === "python" ? withListed(values) : values.slice(0, 2)) {
      const value = optionOf(given, "text") ?? optionOf(given, "sql") ?? given;
      const put = compositionOf(value);
      // The last piece of a text that grew says nothing of the first.
      const isPiece = put === undefined || (language === "go" && !sqlText.test(put.literal));
      const built = isPiece && /^(?:java|python|go|javascript|typescript|tsx)$/.test(language) ? grownOf(value) : put;
      if (built !== undefined && (sqlText.test(built.literal) || takesParts.test(alias ?? callee)) && !isHarmless(built))
        return /^(?:java|python|go|javascript|typescript|tsx)$/.test(language) || built.node.range().start.line === value.range().start.line
          ? true
          : built.node;
    }
    // The driver quotes a value itself: quotes around its place end where a quote in the value is.
    if (
      language === "python" &&
      values.length > 1 &&
      /(?:^|\.)(?:execute|executemany|raw|extra)$/.test(callee) &&
      hasQuotedPlace(values[0]?.text() ?? "")
    )
      return "likely";
    if (language === "python" && /\.callproc$/.test(callee) && values[0] !== undefined && isFromRequest(values[0], language, "sql"))
      return true;
    // A whole statement, or a part of one, that is as good as its callers.
    return (
      language === "python" &&
      takesWhole.test(callee) &&
      [...values.slice(0, 1), ...listed(values)].some((value) => isWhole(value)) &&
      "doubtful"
    );
  },
  message: "A value becomes part of the SQL text. Whoever chooses the value chooses what the database does.",
  suggestion: "Pass values as parameters (?, $1, :name) and pick names of columns and tables from a fixed list.",
});

/** A text of the source with quotes around a place for a value: `"… name = '%s'"`. */
function hasQuotedPlace(text: string): boolean {
  return text.length < 4_000 && /^["'][^{}]+["']$/.test(text) && /(?:=|\blike|\bin \()\s{0,3}(?:'%s'|\\'%s\\'|"%s")/i.test(text);
}

/** What Django puts into a statement as it is. */
const takesWhole = /(?:^|\.)(?:RawSQL|objects\.raw|extra)$/;

/** What takes a part of a statement as it is, whatever it says. */
const takesParts = /^sqlalchemy\.(?:sql\.)?(?:expression\.)?(?:text|literal_column)$|^psycopg2?\.sql\.SQL$/;

/** What takes a statement and nothing else, so that one from a request is one whatever it says. */
const isStatement = verbose`
  (^|\.)(
    executeQuery | executeUpdate | executeLargeUpdate | prepareStatement | prepareCall | createNativeQuery
    | createSQLQuery | queryForObject | queryForList | \$queryRawUnsafe | \$executeRawUnsafe | queryRawUnsafe
    | executescript | RawSQL | QueryRow | QueryContext | ExecContext | whereRaw | orderByRaw | Order | Raw | Having
  )$
  | ^(
      db | conn | connection | tx | pool | client | cursor | cur | sequelize | knex | mysql | stmt | statement
    )\.(query|execute|exec|Query|Exec|raw|Raw)$
`;

/** Methods of Gorm that put a text into the statement as it is, and those that take it after what they fill. */
const clause = /\.(?:Where|Not|Or|Order|Group|Having|Select|Table|Pluck|Joins|Distinct)$/;
const condition = /\.(?:First|Last|Take|Find|Delete)$/;

/** A part of a statement that a request says, where Gorm takes names and conditions as texts. */
function isPartOfGorm(callee: string, values: Call["arguments"]): boolean {
  const asked = clause.test(callee) ? values[0] : condition.test(callee) && values.length === 2 ? values[1] : undefined;
  return (
    asked !== undefined &&
    /^(?:identifier|call_expression|binary_expression|selector_expression)$/.test(String(asked.kind())) &&
    isMentioned(asked, /gorm\.io\/|jinzhu\/gorm/) &&
    isFromRequest(asked, "go", "sql") &&
    !isChecked(asked)
  );
}

/** What was prepared is a statement already: what its methods are given are values. */
function isPrepared(call: SyntaxNode): boolean {
  const receiver = call.field("function")?.field("operand");
  if (receiver?.kind() !== "identifier") return false;
  return (
    /^(?:\w*[sS]tmt|\w*[sS]tatement|prepared)$/.test(receiver.text()) ||
    assignmentsOf(receiver).some((value) => /\.Prepare\w*\(/.test(value.text().slice(0, 120)))
  );
}

const cleaningCall = verbose`
  ^(?:
    int | Number | parseInt | float | len | strconv\.\w+ | Integer\.\w+ | Long\.\w+
    | \w+\.(?:escape\w*|quote\w*|QuoteIdentifier|QuoteLiteral|sanitize\w*)
    | escape\w* | quote\w* | mysql\.escape\w*
  )\s*\(
`;

/** Numbers, quoted names and lists of question marks change nothing in what the text says. */
function isHarmless({ node, literal, parts }: Composition): boolean {
  if (
    /%/.test(literal) &&
    /Sprintf|format/i.test(node.text()) &&
    !/%[^d%\s\d]|%[\d.]*[^d%\d\s.]/.test(literal.replace(/LIKE\s*'?%%?/gi, ""))
  )
    return true;
  return parts.every((part) => {
    const text = part.text();
    return (
      isClean(part) ||
      (isScript(part) && isChecked(part)) ||
      isConstant(part) ||
      cleaningCall.test(text) ||
      /^(?:place_?holders?|marks|bind_?marks)$/i.test(text)
    );
  });
}

function isScript(part: SyntaxNode): boolean {
  return /^(?:javascript|typescript|tsx)$/.test(languageOfTree(part.getRoot()) ?? "");
}

/** A number, or escaped for SQL. */
function isClean(part: SyntaxNode): boolean {
  const language = languageOfTree(part.getRoot());
  return language !== undefined && (originOf(part, language, "sql") & ~origins.cleaned) === 0;
}

/** Django's `extra(where=[…])` takes its texts in a list under a name. */
function withListed(values: readonly SyntaxNode[]): readonly SyntaxNode[] {
  return [...values.slice(0, 2), ...listed(values)];
}

function isWhole(value: SyntaxNode): boolean {
  return value.kind() !== "keyword_argument" && isHandedIn(value, "python");
}

/** What is in the lists and tables of named arguments that become parts of the statement. */
function listed(values: readonly SyntaxNode[]): readonly SyntaxNode[] {
  const named = values.filter(
    (value) =>
      value.kind() === "keyword_argument" &&
      /^(?:where|select|tables|order_by|sql|query|statement|operation)$/.test(value.field("name")?.text() ?? ""),
  );
  return named.flatMap((value) => {
    const given = value.field("value");
    if (given === null) return [];
    if (given.kind() === "dictionary")
      return given.children().flatMap((child) => (child.kind() === "pair" ? [child.field("value") ?? child] : []));
    return given.kind() === "list" ? given.children().filter((child) => child.isNamed()) : [given];
  });
}
