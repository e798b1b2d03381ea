import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { assignmentsOf, isChecked, isFromRequest, type SyntaxNode, textAround } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const path = callRule({
  id: "injection/path",
  title: "A path from a request is opened as it is",
  category: "security",
  subcategory: "path-traversal",
  severity: "error",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "php", "ruby"],
  cwe: [22, 73],
  mentions:
    /\.mv\(|event|Param|cleaned_data|get_argument|route|Mapping|@|req|param|input|argv|GET|POST|query|Query|Form|getHeader|getCookies/i,
  callee: {
    ...inScript(
      verbose`
        (^|\.)(
          readFile | readFileSync | createReadStream | createWriteStream | writeFile | writeFileSync | appendFile
          | unlink | unlinkSync | rm | rmSync | readdir | readdirSync | stat | statSync | existsSync | sendFile
          | sendfile | download | open | openSync | rename | renameSync | mkdir | mkdirSync | copyFile | access
          | accessSync | readlink | readlinkSync | outputFile | readJson | readJsonSync | remove | lstat | lstatSync
          | mv
        )$
        | ^fs(?:\.promises)?\.\w+$
        | ^(res|response|reply)\.(render|sendFile|view)$
      `,
    ),
    python: verbose`
      ^(
        open | io\.open | codecs\.open | send_file
        | os\.(remove|unlink|rename|listdir|rmdir|mkdir|makedirs|open)
        | shutil\.(rmtree|copy|copyfile|move)
        | Path | pathlib\.Path | (?:aiohttp\.)?(?:web\.)?FileResponse | (?:sanic\.)?response\.file | aiofiles\.open | os\.path\.(exists|isfile)
        | send_from_directory | zipfile\.ZipFile | tarfile\.open | file | FileSystemLoader
        | (flask\.)(send_file|send_from_directory)
        | os\.(scandir|walk|stat|chmod|chown|replace|symlink|link|truncate|removedirs|readlink)
        | shutil\.(copytree|copy2|move|make_archive|unpack_archive)
        | (django\.core\.files\.storage\.)?(FileSystemStorage|default_storage\.(open|save|delete|exists))
        | (starlette|fastapi)\.responses\.FileResponse
        | django\.http\.FileResponse | linecache\.getlines? | fileinput\.input | numpy\.(load|loadtxt|fromfile)
        | pandas\.read_\w+
        | (aiofiles|gzip|bz2|lzma|tarfile|zipfile|wave|dbm|shelve)\.open
        | \w+\.save
      )$
    `,
    go: verbose`
      ^(
        os\.(Open|OpenFile|ReadFile|WriteFile|Create|Remove|RemoveAll|Rename|Mkdir|MkdirAll|Stat|ReadDir)
        | ioutil\.(ReadFile|WriteFile|ReadDir)
        | http\.ServeFile | c\.File | os\.Symlink | os\.Chmod | http\.Dir | os\.OpenRoot | ioutil\.TempFile
        | os\.ReadDir | (file)?path\.Clean
      )$
      | \.(SendFile|SaveUploadedFile|SaveFile|Attachment|FileAttachment|FileFromFS|Inline|Download)$
    `,
    java: verbose`
      ^new\ (java\.io\.)?(File|FileInputStream|FileOutputStream|FileReader|FileWriter|RandomAccessFile)$
      | ^(java\.nio\.file\.)?(
          Paths\.get | Path\.of
          | Files\.(newInputStream|newOutputStream|readAllBytes|readString|delete|copy|write|lines)
        )$
      | \.getRealPath$ | \.getResource(AsStream)?$ | \.transferTo$ | \.resolve$ | ^FileUtils\.\w+$
      | ^new\ (
          FileDataSource | FileSystemResource | ClassPathResource | PrintWriter | ZipFile | JarFile
          | FileImageOutputStream | StreamResult | PathResource | UrlResource
        )$
      | ^getResource$ | ^Files\.\w+$
      | \.(getRequestDispatcher|openFileInput|openFileOutput|createTempFile|sendFile)$
      | ^ResourceUtils\.getFile$ | ^ImageIO\.\w+$
    `,
    csharp: verbose`
      ^(System\.IO\.)?File\.(ReadAll\w+|WriteAll\w+|Open\w*|Delete|Copy|Move|Exists|AppendAll\w+)$
      | ^new\ (FileStream|StreamReader|StreamWriter|FileInfo|DirectoryInfo)$
      | (^|\.)(PhysicalFile|Directory\.(Delete|GetFiles|CreateDirectory))$
    `,
    php: verbose`
      ^(
        include | include_once | require | require_once | fopen | file_get_contents | file_put_contents | readfile
        | file | unlink | rename | copy | move_uploaded_file | opendir | scandir | mkdir | rmdir | show_source
        | highlight_file | parse_ini_file | simplexml_load_file
      )$
    `,
    ruby: verbose`
      ^(
        File\.(open|read|new|write|delete|unlink|readlines|binread)
        | IO\.(read|readlines|binread) | Dir\.(glob|entries|\[\])
        | FileUtils\.(rm|rm_rf|cp|mv|rm_r)
        | send_file | open | render
      )$
    `,
  },
  when: ({ arguments: values, language, callee, node }) => {
    if (language === "php" && values.length === 0) return isFromRequest(node, language);
    if (language === "ruby" && callee === "render")
      return values.some((value) => /^(file|template|inline):?/.test(value.text()) && isFromRequest(value, language));
    const asked = /ServeFile$|move_uploaded_file|^c\.File$|SaveUploadedFile$/.test(callee)
      ? values.slice(-1)
      : /rename|copy|move|Copy|Move/i.test(callee)
        ? values.slice(0, 2)
        : values.slice(0, language === "java" || language === "csharp" ? 2 : 1);
    if (
      language === "php" &&
      /\$_FILES\[[^\]]+\]\[["']tmp_name["']\]/.test(node.text()) &&
      asked.every((value) => !/\$_(GET|POST|REQUEST|COOKIE)|\[["']name["']\]/.test(value.text()))
    )
      return false;
    // What is only cleaned here and compared with a folder afterwards is all right.
    if (/path\.Clean$/.test(callee) && /\bHasPrefix\(|\bIsLocal\(|\bfilepath\.Rel\(|Contains\([^)\n]*"\.\."/.test(textAround(node)))
      return false;
    if (/path\.Clean$/.test(callee) && /^["`]\//.test(values[0]?.text() ?? "")) return false; // nothing is above the root
    if (/\broot\s*:/.test(node.text())) return false; // the framework keeps to the folder that is named
    return asked.some(
      (value) =>
        isFromRequest(value, language, "path") &&
        !isChecked(value) &&
        !takesDotsAway.test(textBehind(value)) &&
        !/basename|secure_filename|GetFileName\(|getName\(\)|filepath\.(Base|Clean)|normalize|realpath|sanitize/i.test(value.text()),
    );
  },
  message: "The path comes from a request: ../ in it leads out of the folder that was meant, to any file this program can open.",
  suggestion: "Take the last part of the path only, or resolve it and check that it still lies below the folder.",
});

/** `.replace(/\.\./g, "")`, or slashes, or all that is no letter. */
const takesDotsAway = verbose`
  \.replace(?:All|_all)?\(\s*(?:\/(?:\^?\(?\\\.|\[[^\]]*[./^]|\\\/|\\\\)|["'](?:\.\.|\/|\\))
  | re\.sub\( | \.replace\(\s*["']\.\. | ReplaceAll\([^)]*"\.\. | filepath\.Clean\(\s*["'+/] | \[\w+\.length\ -\ 1\]
`;

function textBehind(value: SyntaxNode): string {
  return [value, ...assignmentsOf(value)].map((node) => node.text().slice(0, 400)).join("\n");
}
