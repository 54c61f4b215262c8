#pragma once

namespace CLI {
class App;
}

namespace vggstyle {

/// Makes the numeric options of `app` and of its commands take numbers as people write them: decimal,
/// whatever zeros stand before (CLI11 alone reads 040 as octal, takes -1 for a number without sign,
/// and nothing at all for the default). What is no such number is refused with the option's name.
void read_numbers_as_written(CLI::App& app);

}  // namespace vggstyle
