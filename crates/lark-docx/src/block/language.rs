//! The names of languages behind the fence of a code block.

use super::Language;

/// Languages with the name that is written, then others that are understood. Case does not matter.
const NAMES: &[(Language, &[&str])] = &[
    (Language::PlainText, &["text", "plaintext", "plain", "txt"]),
    (Language::Abap, &["abap"]),
    (Language::Ada, &["ada"]),
    (Language::Apache, &["apache", "apacheconf"]),
    (Language::Apex, &["apex"]),
    (Language::Assembly, &["asm", "assembly", "nasm", "armasm"]),
    (Language::Bash, &["bash"]),
    (Language::CSharp, &["csharp", "c#", "cs"]),
    (Language::CPlusPlus, &["cpp", "c++", "cc", "hpp"]),
    (Language::C, &["c", "h"]),
    (Language::Cobol, &["cobol"]),
    (Language::Css, &["css"]),
    (Language::CoffeeScript, &["coffeescript", "coffee"]),
    (Language::D, &["d"]),
    (Language::Dart, &["dart"]),
    (Language::Delphi, &["delphi", "pascal"]),
    (Language::Django, &["django", "jinja", "jinja2"]),
    (Language::Dockerfile, &["dockerfile", "docker"]),
    (Language::Erlang, &["erlang", "erl"]),
    (Language::Fortran, &["fortran", "f90"]),
    (Language::FoxPro, &["foxpro"]),
    (Language::Go, &["go", "golang"]),
    (Language::Groovy, &["groovy", "gradle"]),
    (Language::Html, &["html", "htm", "vue"]),
    (Language::HtmlBars, &["htmlbars", "handlebars", "hbs"]),
    (Language::Http, &["http"]),
    (Language::Haskell, &["haskell", "hs"]),
    (Language::Json, &["json", "jsonc", "json5"]),
    (Language::Java, &["java"]),
    (Language::JavaScript, &["javascript", "js", "jsx", "mjs", "node"]),
    (Language::Julia, &["julia", "jl"]),
    (Language::Kotlin, &["kotlin", "kt", "kts"]),
    (Language::Latex, &["latex", "tex"]),
    (Language::Lisp, &["lisp", "elisp", "clojure", "clj"]),
    (Language::Logo, &["logo"]),
    (Language::Lua, &["lua"]),
    (Language::Matlab, &["matlab"]),
    (Language::Makefile, &["makefile", "make"]),
    (Language::Markdown, &["markdown", "md"]),
    (Language::Nginx, &["nginx"]),
    (Language::ObjectiveC, &["objectivec", "objective-c", "objc"]),
    (Language::OpenEdgeAbl, &["openedge", "abl", "progress"]),
    (Language::Php, &["php"]),
    (Language::Perl, &["perl", "pl"]),
    (Language::PostScript, &["postscript", "ps"]),
    (Language::PowerShell, &["powershell", "ps1", "pwsh"]),
    (Language::Prolog, &["prolog"]),
    (Language::ProtoBuf, &["protobuf", "proto"]),
    (Language::Python, &["python", "py", "python3"]),
    (Language::R, &["r"]),
    (Language::Rpg, &["rpg", "rpgle"]),
    (Language::Ruby, &["ruby", "rb"]),
    (Language::Rust, &["rust", "rs"]),
    (Language::Sas, &["sas"]),
    (Language::Scss, &["scss", "sass"]),
    (Language::Sql, &["sql", "mysql", "postgresql", "sqlite"]),
    (Language::Scala, &["scala"]),
    (Language::Scheme, &["scheme", "racket"]),
    (Language::Scratch, &["scratch"]),
    (Language::Shell, &["shell", "sh", "zsh", "console"]),
    (Language::Swift, &["swift"]),
    (Language::Thrift, &["thrift"]),
    (Language::TypeScript, &["typescript", "ts", "tsx"]),
    (Language::VbScript, &["vbscript", "vbs"]),
    (Language::VisualBasic, &["vb", "vbnet", "visualbasic"]),
    (Language::Xml, &["xml", "svg", "xsl"]),
    (Language::Yaml, &["yaml", "yml"]),
    (Language::CMake, &["cmake"]),
    (Language::Diff, &["diff", "patch"]),
    (Language::Gherkin, &["gherkin", "feature"]),
    (Language::GraphQl, &["graphql", "gql"]),
    (Language::Glsl, &["glsl"]),
    (Language::Properties, &["properties", "ini"]),
    (Language::Solidity, &["solidity", "sol"]),
    (Language::Toml, &["toml"]),
];

/// What stands behind the fence; nothing for plain text and for languages that are not known.
pub(crate) fn info_string(language: Language) -> &'static str {
    let mut names = NAMES.iter().filter(|(it, _)| *it != Language::PlainText);
    names.find(|(it, _)| *it == language).map_or("", |(_, names)| names[0])
}

/// The language of the first word behind the fence. `None` for one that the platform does not have.
pub(crate) fn from_info(info: &str) -> Option<Language> {
    let is_end = |c: char| c.is_whitespace() || c == ',' || c == '{';
    let word = info.trim().split(is_end).next().unwrap_or_default().to_ascii_lowercase();
    if word.is_empty() {
        return Some(Language::PlainText);
    }
    NAMES.iter().find(|(_, names)| names.contains(&word.as_str())).map(|(it, _)| *it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_a_name_of_its_own() {
        for number in 1..=75 {
            let language = Language::from(number);
            assert!(!matches!(language, Language::Other(_)));
            assert_eq!(info_string(language).is_empty(), language == Language::PlainText);
            assert_eq!(from_info(info_string(language)), Some(language), "{language:?}");
        }
        assert_eq!(from_info("Rust,no_run"), Some(Language::Rust));
        assert_eq!(from_info("mermaid"), None);
    }
}
