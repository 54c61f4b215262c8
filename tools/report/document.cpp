#include "tools/report/document.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/pictures/write.h"
#include "tools/report/base64.h"
#include "tools/report/markup.h"

namespace vggstyle {
namespace {

/// Wide tables and long commands scroll by themselves, so that the page never does sideways; in
/// print they are broken instead. Two figures fit side by side on a phone.
constexpr std::string_view kStyle = R"css(
:root { color-scheme: light; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
* { box-sizing: border-box; }
body {
  margin: 0; background: #fff; color: #1a1a1a; overflow-wrap: anywhere;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: clamp(1.4rem, 6vw, 1.75rem); line-height: 1.2; margin: 0 0 1rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.25rem 0 .5rem; }
p { max-width: 42rem; margin: .75rem 0; }
pre {
  margin: .75rem 0; padding: .75rem 1rem; background: #f5f5f5; overflow-x: auto;
  font: .85rem/1.5 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
figure { margin: 0; }
figcaption { font-size: .875rem; line-height: 1.4; }
.table { margin: 1.25rem 0; }
.table figcaption { font-weight: 600; margin-bottom: .35rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; line-height: 1.4; }
th, td {
  padding: .3rem .7rem; text-align: right; border-bottom: 1px solid #ddd; overflow-wrap: normal;
  font-variant-numeric: tabular-nums;
}
td { white-space: nowrap; }
thead th { vertical-align: bottom; border-bottom: 2px solid #888; }
th:first-child {
  position: sticky; left: 0; background: #fff; padding-left: 0; text-align: left;
  overflow-wrap: anywhere; min-width: 6rem; max-width: 16rem;
}
tbody th { font-weight: normal; }
.chart { display: inline-block; width: 28rem; max-width: 100%; margin: .75rem .5rem .75rem 0; vertical-align: top; }
.chart svg { display: block; width: 100%; height: auto; }
.figures {
  display: grid; gap: 1rem; margin: 1rem 0; align-items: start;
  grid-template-columns: repeat(auto-fill, minmax(min(var(--cell), 45%), 1fr));
}
.figures.single { grid-template-columns: minmax(0, var(--cell)); }
.figures img { display: block; width: 100%; height: auto; border: 1px solid #ddd; }
.figures img.pixelated { image-rendering: pixelated; }
.figures figcaption { margin-top: .35rem; }
@page { margin: 15mm; }
@media print {
  :root { font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  h1, h2, .table figcaption { break-after: avoid; }
  figure.chart, .figures figure, tr { break-inside: avoid; }
  thead { display: table-header-group; }
  .chart { width: 48%; }
  .scroll { overflow: visible; }
  table { font-size: 8.5pt; }
  th, td { padding: .2rem .45rem; }
  th:first-child { position: static; }
  .wide table { font-size: 6pt; }
  .wide th, .wide td { padding: .15rem .2rem; overflow-wrap: anywhere; }
  .wide th:first-child { min-width: 3rem; }
  pre { white-space: pre-wrap; border: 1px solid #ddd; }
}
)css";

std::string element(std::string_view name, std::string_view text) {
  return fmt::format("<{0}>{1}</{0}>\n", name, escaped(text));
}

std::string row_of(const std::vector<std::string>& fields, bool heading) {
  std::string result = "<tr>";
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const bool names = heading || i == 0;
    const char* scope = heading ? " scope=\"col\"" : i == 0 ? " scope=\"row\"" : "";
    result += fmt::format("<{0}{1}>{2}</{0}>", names ? "th" : "td", scope, escaped(fields[i]));
  }
  return result + "</tr>\n";
}

/// Width of the narrowest column, in pixels, that does a picture justice.
int cell_width(const Figure& figure) {
  constexpr int kPixelated = 112, kLeast = 144, kMost = 280;
  return figure.pixelated ? kPixelated : std::clamp(figure.picture.width, kLeast, kMost);
}

/// A relative path as a link has it, RFC 3986: a name may hold spaces, % and #.
std::string relative_url(std::string_view path) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  std::string url = "./";  // what is before a colon would be a scheme
  for (const char c : path) {
    url += kPlain.find(c) != std::string_view::npos
               ? std::string(1, c)
               : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return url;
}

std::string figure_element(const Figure& figure) {
  std::string alternative = figure.label;
  if (!figure.label.empty() && !figure.caption.empty()) alternative += ": ";
  alternative += figure.caption;
  std::string result = "<figure>";
  if (!figure.link.empty()) result += fmt::format("<a href=\"{}\">", relative_url(figure.link));
  result += fmt::format(
      "<img src=\"data:image/png;base64,{}\" width=\"{}\" height=\"{}\" alt=\"{}\"{}>",
      base64(encode_png(figure.picture, 8)), figure.picture.width, figure.picture.height,
      escaped(alternative), figure.pixelated ? " class=\"pixelated\"" : "");
  if (!figure.link.empty()) result += "</a>";
  if (!alternative.empty()) {
    result += "<figcaption>";
    if (!figure.label.empty()) result += "<b>" + escaped(figure.label) + "</b>";
    if (!figure.label.empty() && !figure.caption.empty()) result += "<br>";
    result += escaped(figure.caption) + "</figcaption>";
  }
  return result + "</figure>\n";
}

}  // namespace

Document::Document(std::string title) : title_(std::move(title)) {}

void Document::heading(std::string_view text) {
  body_ += element("h2", text);
}

void Document::paragraph(std::string_view text) {
  body_ += element("p", text);
}

void Document::preformatted(std::string_view text) {
  // A browser drops a line break right after <pre>: this one, and none of the text's.
  body_ += "<pre>\n" + escaped(text) + "</pre>\n";
}

void Document::table(const Table& table) {
  constexpr std::size_t kWide = 10;  // columns; smaller in print, where nothing scrolls
  body_ +=
      table.columns.size() > kWide ? "<figure class=\"table wide\">" : "<figure class=\"table\">";
  if (!table.caption.empty()) body_ += element("figcaption", table.caption);
  body_ += "<div class=\"scroll\" tabindex=\"0\"><table>\n";
  if (!table.columns.empty()) body_ += "<thead>" + row_of(table.columns, true) + "</thead>\n";
  body_ += "<tbody>\n";
  for (const std::vector<std::string>& row : table.rows) body_ += row_of(row, false);
  body_ += "</tbody></table></div></figure>\n";
}

void Document::chart(std::string_view svg) {
  body_ += fmt::format("<figure class=\"chart\">\n{}</figure>\n", svg);
}

void Document::figures(const std::vector<Figure>& figures) {
  int cell = 0;
  for (const Figure& figure : figures) cell = std::max(cell, cell_width(figure));
  body_ += fmt::format("<div class=\"figures{}\" style=\"--cell: {}px\">\n",
                       figures.size() == 1 ? " single" : "", cell);
  for (const Figure& figure : figures) body_ += figure_element(figure);
  body_ += "</div>\n";
}

std::string Document::html() const {
  const std::string title = escaped(title_);
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"generator\" content=\"vggstyle\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{0}</title>\n<style>{1}</style>\n</head>\n<body>\n<main>\n<h1>{0}</h1>\n{2}</main>\n"
      "</body>\n</html>\n",
      title, kStyle, body_);
}

}  // namespace vggstyle
