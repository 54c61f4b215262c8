# vggstyle_embed_page(FUNCTION HEADER HTML PART...): writes page.cpp, in which FUNCTION, declared in HEADER,
# returns the page HTML. Its lines /* PART */ become these files, so that the page is one file.
function(vggstyle_embed_page PAGE_FUNCTION PAGE_HEADER html)
  file(READ ${html} PAGE_HTML)
  foreach(file ${html} ${ARGN})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  foreach(file ${ARGN})
    file(READ ${file} part)
    cmake_path(GET file FILENAME name)
    string(REPLACE "/* ${name} */" "${part}" PAGE_HTML "${PAGE_HTML}")
  endforeach()
  configure_file(${CMAKE_SOURCE_DIR}/tools/serve/page/page.cpp.in page.cpp @ONLY)
endfunction()
